import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The coins of a payment whose approval and locality hold are kept for the shop, in the commit
/// that keeps the answer.
struct HoldPayment: Sendable {
    let idempotency: Idempotency
    let payAddress: String

    /// The reservation as the payer sees it; throws `PaymentRefusal.StaleVerdict`, and the problem
    /// of what stands in the way.
    func callAsFunction(
        _ accepted: AcceptPayment.Accepted,
        fingerprint: [UInt8],
        _ call: Call<Caller>
    ) async throws -> Reply {
        let (payment, at) = (accepted.attempt.payment, accepted.attempt.at)
        let (community, requestID) = (
            accepted.attempt.grouped.community, accepted.attempt.grouped.requestID
        )
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let word: String = try connection.query(HoldQueries.hold(accepted)).one()
                .decode(String.self)
            try PaymentRefusal.requirePosted(word, requestID: requestID)
            let held = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(payment, community))
            )
            guard let held = held.first else { throw Problem.notFound("payment") }
            let view = held.view(for: call.caller, at: at, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
    }
}
