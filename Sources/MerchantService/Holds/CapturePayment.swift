import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The shop takes what a reservation keeps, or a part of it.
struct CapturePayment: Sendable {
    let idempotency: Idempotency

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CaptureCreation.self)
        let minorUnits = try body.value.amount?.minorUnits(digits: CoinDigits.pegged)
        let coin = body.value.amount?.coin ?? body.value.vat?.first?.amount.coin
        // How much is taken of what is still kept, the database knows.
        let vat = try coin.flatMap {
            try PaymentVAT(
                body.value.vat,
                in: minorUnits ?? .max,
                of: CoinDigits(code: $0, digits: CoinDigits.pegged)
            )
        }
        let (payment, id, now) = (try call.id("paymentId"), call.clock.newID(), call.clock.now())
        let community = try call.caller.requireCommunity()
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            try call.useMandate(on: payment, act: id, connection)
            let captured = try HoldQueries.capture(
                payment,
                as: id,
                by: call.caller,
                body.value,
                coin: coin,
                minorUnits: minorUnits,
                vat: vat,
                community,
                at: now,
                connection
            )
            if let refusal = HoldRefusal(rawValue: captured.word) { throw refusal.problem }
            try GroupedOutcome(
                word: captured.word,
                requestID: call.context.requestID.uuid,
                isReplay: false
            ).requirePosted()
            let found = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(id, community))
            )
            guard let stored = found.first, let taken = captured.taken,
                let allTaken = captured.allTaken, let open = captured.open
            else { throw PostgresError.decoding("a capture without its payment") }
            let coin = CoinDigits(code: stored.coin, digits: stored.digits)
            let capture = Capture(
                id: Identifier(id),
                reservationId: Identifier(payment),
                amount: coin.amount(taken),
                capturedAmount: coin.amount(allTaken),
                openAmount: coin.amount(open),
                capturedAt: now,
                mandateId: call.caller.mandate.map { Identifier($0.id) }
            )
            return .created(capture, at: "/v1/payments/\(capture.id)")
        }
    }
}

extension Call where Who == Caller {
    /// Records an act on a payment under the caller's mandate; throws 404 for whom it is not.
    func useMandate(on payment: UUID, act: UUID, _ connection: Connection) throws {
        let shop = try HoldQueries.shop(
            of: payment,
            merchant: caller.party,
            caller.requireCommunity(),
            connection
        )
        guard let shop else { throw Problem.notFound("payment") }
        try caller.useMandate(
            for: operation,
            // Either of the two lets somebody do this.
            scope: caller.may(.paymentsRequest) ? .paymentsRequest : .paymentsRefund,
            act: act,
            shop: shop,
            request: context.requestID,
            connection
        )
    }
}
