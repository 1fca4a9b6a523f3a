import API
import ServiceKit

/// Refusals about people.
enum PersonProblems {
    /// Which person has it is not told.
    static let ibanLinked = Problem(
        .ibanAlreadyLinked,
        "Another person of the community has this bank account."
    )
}
