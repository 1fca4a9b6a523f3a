import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// The shop gives back what a reservation still keeps.
struct VoidPayment: Sendable {
    let idempotency: Idempotency
    let payAddress: String

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let (payment, now) = (try call.id("paymentId"), call.clock.now())
        let community = try call.caller.requireCommunity()
        let fingerprint = Array("POST \(call.request.uri.path)".utf8)
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            try call.useMandate(on: payment, act: payment, connection)
            let word = try HoldQueries.void(
                payment,
                by: call.caller,
                community,
                at: now,
                connection
            )
            if let refusal = HoldRefusal(rawValue: word) { throw refusal.problem }
            guard word == "voided" else { throw PostgresError.decoding("unknown word \(word)") }
            let found = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(payment, community))
            )
            guard let voided = found.first else { throw Problem.notFound("payment") }
            let view = voided.view(for: call.caller, at: now, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
    }
}
