import API
import FoundationEssentials
import ServiceKit

extension Call where Who == Caller {
    /// Keeps the refusal of a payment under this request's key and gives it, or the answer that the
    /// key has; a verdict is kept with the payment.
    func refuse(
        _ problem: Problem,
        of payment: UUID,
        _ community: UUID,
        _ idempotency: Idempotency,
        fingerprint: [UInt8]
    ) async throws -> Reply {
        try await once(idempotency, fingerprint: fingerprint) { connection in
            guard let verdict = problem.verdict else { throw problem }
            try PaymentQueries.keepRefusal(
                verdict,
                of: payment,
                community,
                id: clock.newID(),
                connection
            )
            return reply(problem)
        }
    }
}
