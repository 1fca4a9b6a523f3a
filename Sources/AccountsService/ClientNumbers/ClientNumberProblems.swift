import API
import Domain
import ServiceKit

/// Refusals about client numbers.
enum ClientNumberProblems {
    /// Which person has it is not told.
    static let linked = Problem(
        .clientNumberLinked,
        "Another person of the community is known by this number."
    )

    static let mismatch = Problem(
        .clientNumberMismatch,
        "The number is not the one that was linked."
    )

    /// Reads a number; throws 400 for what is none.
    static func number(_ text: String) throws -> ClientNumber {
        do {
            return try ClientNumber(typed: text)
        } catch {
            switch error {
            case .form:
                throw Problem.invalid(
                    "/clientNumber",
                    "has 4 to 34 letters, digits, hyphens, full stops, slashes and underscores"
                )
            case .citizenServiceNumber:
                throw Problem.invalid(
                    "/clientNumber",
                    "could be a citizen service number (BSN), which is never taken; "
                        + "put a letter in front of numbers of your own"
                )
            }
        }
    }
}
