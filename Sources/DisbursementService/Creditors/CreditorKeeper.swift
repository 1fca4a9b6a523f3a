import Domain
import FoundationEssentials
import ISO20022
import ServiceKit

/// What is kept of the account by which a payment file names somebody: never the account itself.
struct CreditorKeeper: Sendable {
    /// A keyed hash, or else an alias; and what the eye recognises.
    struct Kept: Sendable {
        var hash: [UInt8]?
        var alias: String?
        var masked: String
    }

    let lookupKey: LookupKey
    /// Whose client numbers these are: an institution, or the community.
    let numberOwner: UUID

    /// Why a text cannot be an account of a kind; `nil` when it can. For the reader of files.
    @Sendable static func mistake(in kind: CreditorKind, _ text: String) -> CreditorMistake? {
        switch kind {
        case .iban, .alias: return nil
        case .card: return CardNumber(typed: text) == nil ? .mistyped : nil
        case .activationCode: return ActivationCode(typed: text) == nil ? .mistyped : nil
        case .clientNumber:
            do {
                _ = try ClientNumber(typed: text)
                return nil
            } catch {
                return error == .form ? .mistyped : .citizenServiceNumber
            }
        }
    }

    /// Traps for a text in which the reader would have found a mistake.
    func kept(_ account: CreditorAccount) -> Kept {
        switch account {
        case .iban(let iban):
            return Kept(
                hash: lookupKey.hash(iban.canonical, kind: .iban),
                masked: iban.description
            )
        case .alias(let alias):
            return Kept(alias: alias, masked: alias)
        case .card(let text):
            guard let card = CardNumber(typed: text) else { Self.unjudged() }
            return Kept(
                hash: lookupKey.hash(card.digits, kind: .cardNumber),
                masked: "•••• \(card.lastFour)"
            )
        case .activationCode(let text):
            guard let code = ActivationCode(typed: text) else { Self.unjudged() }
            // Whoever has the code enrols: nothing of it is shown.
            return Kept(
                hash: lookupKey.hash(code.characters, kind: .activationCode),
                masked: "••••-••••-••••"
            )
        case .clientNumber(let text):
            guard let number = try? ClientNumber(typed: text) else { Self.unjudged() }
            return Kept(hash: lookupKey.hash(number, of: numberOwner), masked: number.masked)
        }
    }

    private static func unjudged() -> Never {
        preconditionFailure("the reader refuses accounts that cannot be")
    }
}
