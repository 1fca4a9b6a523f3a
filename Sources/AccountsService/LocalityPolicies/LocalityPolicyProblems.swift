import API
import Locality
import ServiceKit

/// Why a policy is refused, as the client is told.
enum LocalityPolicyProblems {
    static func problem(for refusal: PolicySettingRefusal) -> Problem {
        Problem(
            .policyInvalid,
            "These rules make no policy.",
            errors: [RequestError(pointer: refusal.pointer, detail: refusal.detail)]
        )
    }
}
