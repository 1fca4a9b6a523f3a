import API
import Domain
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit

/// Finds out whether card and PIN are right, without this service learning what is kept of PINs.
///
/// In two steps that commit one after the other: the database counts the try and keeps the guess,
/// and only then says what it was. However many instances try at once, and whatever they roll
/// back, each guess has been counted before its answer is known.
struct TryCard: Sendable {
    let database: Database
    let lookup: LookupKey
    let secrets: CardSecrets

    init(database: Database, lookup: LookupKey) {
        self.database = database
        self.lookup = lookup
        secrets = CardSecrets(lookup: lookup)
    }

    /// Returns when both are right; throws `card-refused`, `card-blocked`, 429 when this till has
    /// had too many wrong ones lately, 422 when the key stood for another request.
    func callAsFunction(
        _ number: CardNumber,
        _ pin: CardPIN,
        for payment: UUID,
        by request: GroupedRequest
    ) async throws {
        let numberHash = secrets.hash(of: number)
        // As slow for a card that does not exist.
        let guess = try await secrets.hash(of: pin, card: numberHash)
        let counted = try await database.query(
            CardPaymentQueries.count(
                request,
                fingerprint: lookup.hash(Base64URL.text(request.fingerprint), kind: .request),
                payment: payment,
                numberHash: numberHash,
                guess: guess
            ),
            CardPaymentQueries.word
        )
        switch counted {
        case "tried": break
        case GroupedOutcome.keyReused:
            throw Problem(.idempotencyKeyReused, "This key was used for another request already.")
        case ProblemType.tooManyAttempts.code:
            throw Problem(
                .tooManyAttempts,
                "Too many wrong cards or PINs came from this till.",
                headers: [.retryAfter: "600"]
            )
        default: throw PostgresError.decoding("unknown outcome of a try")
        }
        let judged = try await database.query(
            CardPaymentQueries.judge(request),
            CardPaymentQueries.word
        )
        switch judged {
        case "right": return
        case "blocked": throw CardRefusal.blocked.problem
        case "refused": throw CardRefusal.refused.problem
        default: throw PostgresError.decoding("unknown judgement of a try")
        }
    }
}
