import API
import ServiceKit

/// Why an enrolment is refused.
enum EnrolmentRefusal {
    /// No code that was ever given out looks like this.
    case codeMistyped
    /// Never issued, used before, or replaced by a newer one: which of these is not told.
    case codeInvalid
    case codeExpired
    case aliasTaken
    case tooManyDevices

    /// The refusal as the client is told.
    var problem: Problem {
        switch self {
        case .codeMistyped:
            Problem(
                .activationCodeMistyped,
                "A character of the code is wrong, missing, or in another's place."
            )
        case .codeInvalid:
            Problem(.activationCodeInvalid, "The code is wrong, used before, or replaced.")
        case .codeExpired:
            Problem(.activationCodeExpired, "The code has expired; ask for a new one.")
        case .aliasTaken:
            Problem(
                .aliasTaken,
                "Another wallet has this alias, or had it lately. The code can still be used."
            )
        case .tooManyDevices:
            Problem(
                .tooManyDevices,
                "The person has \(EnrolDevice.mostPhones) phones. Once one of them is revoked, "
                    + "the code can still be used."
            )
        }
    }
}
