import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Too much was typed at the till: what the payer paid beyond the right amount goes back. The till
/// and its cashiers may do so for some minutes; later only the owner.
struct CorrectPayment: Sendable {
    let idempotency: Idempotency
    let minutes: Int

    func add(to routes: Routes) {
        routes.on(.correctPayment, { try await correct($0) })
    }

    private func correct(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentCorrection.self)
        let (payment, id, now) = (try call.id("paymentId"), call.clock.newID(), call.clock.now())
        let (caller, correction) = (call.caller, body.value)
        let community = try caller.requireCommunity()
        let right = try correction.rightAmount.minorUnits(digits: CoinDigits.pegged)
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let stored = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(payment, community))
            ).first
            guard let stored, caller.party == stored.merchant.id.uuid,
                caller.terminal == nil || caller.terminal == stored.terminal
            else { throw Problem.notFound("payment") }
            try caller.useMandate(
                for: .correctPayment,
                scope: caller.may(.paymentsRequest) ? .paymentsRequest : .paymentsRefund,
                act: id,
                shop: stored.shop.id.uuid,
                request: call.context.requestID,
                connection
            )
            let isOwner = caller.terminal == nil && caller.mandate == nil
            let (word, amount) = try connection.query(
                """
                SELECT word, amount FROM merchant.correct_payment(
                    \(community), \(id), \(payment), \(caller.client), \(caller.party),
                    \(correction.rightAmount.coin), \(right), \(correction.reason),
                    \(Timestamp(now)), \(isOwner ? nil : Int32(minutes * 60)))
                """
            ).one().decode(String.self, Int64?.self)
            if word != RefundPayment.owed {
                try PaymentRefusal.requirePosted(
                    GroupedOutcome(
                        word: word,
                        requestID: call.context.requestID.uuid,
                        isReplay: false
                    )
                )
            }
            guard let amount else { throw PostgresError.decoding("a correction of nothing") }
            let refund = Refund(
                id: Identifier(id),
                paymentId: Identifier(payment),
                amount: Amount(minorUnits: amount, coin: stored.coin, digits: stored.digits),
                state: word == RefundPayment.owed ? .owed : .posted,
                reason: correction.reason,
                refundedAt: now,
                mandateId: caller.mandate.map { Identifier($0.id) }
            )
            return .created(refund, at: "/v1/payments/\(refund.paymentId)")
        }
    }
}
