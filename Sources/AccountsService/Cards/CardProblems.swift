import API
import ServiceKit

/// Refusals about cards at a counter.
enum CardProblems {
    static let unknown = Problem(.unknownCard, "No card of the community has this number.")
    static let notBlank = Problem(.cardNotBlank, "The card is somebody's, or was replaced.")
    static let notInUse = Problem(.cardNotInUse, "The card is not in a state to do that with.")
    static let exists = Problem(.cardExists, "The person has another card in use.")
    static let weakPIN = Problem(.weakPin, "This PIN is among the first that a thief tries.")
}
