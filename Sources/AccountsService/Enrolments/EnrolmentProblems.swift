import API
import ServiceKit

/// Why an enrolment is refused.
enum EnrolmentRefusal {
    /// Never issued, used before, or replaced by a newer one: which of these is not told.
    case codeInvalid
    case codeExpired
    case aliasTaken

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .codeInvalid:
            Problem(.activationCodeInvalid, "The code is wrong, used before, or replaced.")
        case .codeExpired:
            Problem(.activationCodeExpired, "The code has expired; ask for a new one.")
        case .aliasTaken:
            Problem(
                .aliasTaken,
                "Another wallet has this alias. The code can still be used."
            )
        }
    }
}
