import API
import Domain
package import FoundationEssentials
import HTTPTypes
import Postgres

/// What a request brings that is carried out together with others, in one statement: who asks,
/// under which key, and how its answer names it.
///
/// Such an operation keeps the outcome in the idempotency record and renders the answer from it,
/// the first time and every time.
package struct GroupedRequest: Sendable {
    /// What no two requests of one group share.
    package struct Key: Hashable, Sendable {
        let client: UUID
        let key: String
    }

    package let community: UUID
    package let client: UUID
    package let party: UUID
    /// The `Idempotency-Key`.
    package let key: String
    /// SHA-256 over method, path and body.
    package let fingerprint: [UInt8]
    package let requestID: UUID
    /// Under which mandate; `nil` for whoever acts for themselves.
    package let mandate: UUID?
    /// The party whose client this is.
    package let actor: UUID

    /// What no two requests of one group share.
    package var groupKey: Key { Key(client: client, key: key) }
}

/// What the database decided on a request of a group, in its own words.
package struct GroupedOutcome: Sendable {
    /// `posted`, or a word for why not.
    package let word: String
    /// The request that this was decided for: the first one with its key.
    package let requestID: UUID
    package let isReplay: Bool

    package init(word: String, requestID: UUID, isReplay: Bool) {
        self.word = word
        self.requestID = requestID
        self.isReplay = isReplay
    }

    /// Throws what a client is told of the ledger's refusal, unless the money has moved; throws
    /// `PostgresError.decoding` for a word that is none of the ledger's.
    package func requirePosted() throws {
        if word == "posted" || word == "replayed" { return }
        if let refusal = MandateRefusal(rawValue: word) { throw refusal.problem }
        guard let refusal = LedgerRefusal(rawValue: word) else {
            throw PostgresError.decoding("unknown verdict \(word)")
        }
        throw Problem(refusal)
    }

    /// The record's fingerprint is another request's.
    package static let keyReused = "idempotency-key-reused"
    /// The record has an answer as bytes; see `Idempotency.storedReply`.
    package static let stored = "stored"
}

extension Call where Who == Caller {
    /// This request as one of a group; throws 400 without a proper key, 403 for the operator.
    package func grouped(fingerprint: [UInt8]) throws -> GroupedRequest {
        GroupedRequest(
            community: try caller.requireCommunity(),
            client: caller.client,
            party: caller.party,
            key: try request.idempotencyKey(),
            fingerprint: caller.fingerprint(fingerprint),
            requestID: context.requestID.uuid,
            mandate: caller.mandate?.id,
            actor: caller.actor
        )
    }

    /// The answer to a request of a group, rendered from its outcome.
    ///
    /// `render` gives the answer or throws a `Problem`, from what the outcome says and the request
    /// itself; it gives the same bytes for the same outcome, always. Throws 422 when the key
    /// stood for another request.
    package func answer(
        _ outcome: GroupedOutcome,
        of grouped: GroupedRequest,
        _ idempotency: Idempotency,
        render: () async throws -> Reply
    ) async throws -> Reply {
        switch outcome.word {
        case GroupedOutcome.keyReused: throw Idempotency.keyReused
        case GroupedOutcome.stored:
            return try await idempotency.storedReply(to: grouped, operation: operation.id)
        default:
            var reply: Reply
            do {
                reply = try await render()
            } catch let problem as Problem {
                reply = problem.reply(requestID: Identifier(outcome.requestID))
            }
            if outcome.isReplay { reply.headers[.idempotencyReplayed] = "true" }
            return reply
        }
    }
}
