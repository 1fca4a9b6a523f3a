import API
import Domain
import ServiceKit

/// Why a policy is refused, as the client is told.
enum LocalityPolicyProblems {
    static let startsInThePast = invalid("/validFromAt", "lies in the past")

    static func problem(for refusal: Domain.LocalityPolicy.Refusal) -> Problem {
        switch refusal {
        case .noRules: invalid("/rules", "must have a rule")
        case .borderlessNotAlone: invalid("/rules", "borderless stands alone")
        case .ruleTwice: invalid("/rules", "has a rule twice")
        case .geofenceMissing: invalid("/geofence", "is needed by a rule")
        case .geofenceUnused: invalid("/geofence", "is not used by any rule")
        case .accuracyUnlimited: invalid("/rules", "need accurateFix beside this rule")
        }
    }

    private static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .policyInvalid,
            "These rules make no policy.",
            errors: [RequestError(pointer: pointer, detail: detail)]
        )
    }
}
