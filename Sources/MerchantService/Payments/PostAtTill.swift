import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Moves the money of a payment at the till that asked for it: one statement does, in the commit
/// that keeps the answer.
struct PostAtTill: Sendable {
    /// A payment that nothing stands in the way of.
    struct Judgement: Sendable {
        let payment: StoredPayment
        let verdict: API.LocalityVerdict
        /// Posts and accepts the payment, unless the word that it gives says why not.
        let statement: SQL
    }

    let idempotency: Idempotency
    let contexts: ApprovalContexts
    let book: LocalityBook
    let payAddress: String

    // Each time the rules must have changed between the verdict and the posting.
    private static let mostTries = 3

    /// The payment as accepted, or the refusal that the request's key has from now on.
    ///
    /// - Parameters:
    ///   - refusal: what a word means that only this way to pay knows.
    ///   - judge: called anew for each try; throws what stands in the way.
    func callAsFunction(
        _ payment: UUID,
        _ request: GroupedRequest,
        _ call: Call<Caller>,
        at now: Instant,
        refusal: @escaping @Sendable (String) -> Problem?,
        judge: () async throws -> Judgement
    ) async throws -> Reply {
        for _ in 1...Self.mostTries {
            do {
                return try await post(judge(), request, call, at: now, refusal)
            } catch let problem as Problem
                where problem.isFinal && problem.type != .idempotencyKeyReused
            {
                return try await call.refuse(
                    problem,
                    of: payment,
                    request.community,
                    idempotency,
                    fingerprint: request.fingerprint
                )
            } catch is PaymentRefusal.StaleVerdict {
                book.forget(request.community)
            }
        }
        throw Problem.unavailable("The rules of this coin are changing.", retryAfter: 1)
    }

    private func post(
        _ judgement: Judgement,
        _ request: GroupedRequest,
        _ call: Call<Caller>,
        at now: Instant,
        _ refusal: @escaping @Sendable (String) -> Problem?
    ) async throws -> Reply {
        let reply = try await call.once(idempotency, fingerprint: request.fingerprint) {
            connection in
            let word = try connection.query(judgement.statement).one().decode(String.self)
            if let problem = refusal(word) { throw problem }
            try PaymentRefusal.requirePosted(word, requestID: request.requestID)
            var accepted = judgement.payment.asAccepted()
            accepted.acceptedAt = now
            accepted.verdict = judgement.verdict
            let view = accepted.view(for: call.caller, at: now, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
        contexts.forget(judgement.payment.id, community: request.community)
        return reply
    }
}
