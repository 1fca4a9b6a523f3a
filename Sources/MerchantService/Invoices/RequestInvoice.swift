import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// `/invoices`: a payment is asked of somebody who is elsewhere, by a link; what was bought is
/// picked up at the shop.
struct RequestInvoice: Sendable {
    let idempotency: Idempotency
    let book: LocalityBook
    let payAddress: String

    private static let usualLifetimeSeconds = 7 * 86_400

    func add(to routes: Routes) {
        routes.on(.requestInvoice, { try await request($0) })
    }

    private func request(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(InvoiceRequest.self)
        let now = call.clock.now()
        let community = try call.caller.requireCommunity()
        let asked = PaymentRequest(
            amount: body.value.amount,
            reference: body.value.reference,
            expiresInSeconds: body.value.expiresInSeconds ?? Self.usualLifetimeSeconds,
            terminalId: body.value.terminalId
        )
        let request = RequestPayment(
            community: community,
            caller: call.caller,
            id: call.clock.newID(),
            now: now,
            requestID: call.context.requestID,
            operation: .requestInvoice,
            isAtDistance: true
        )
        // Judged again when it is paid; whoever sends an invoice hears of it now.
        let page = try await book.page(of: asked.amount.coin, community: community, at: now)
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let made = try request(asked, connection)
            guard let page else { throw PaymentProblems.localityUnset }
            let judge = JudgeLocality(page: page, shop: made.place, now: now)
            guard let verdict = judge.atDistance() else { throw PaymentProblems.noDistanceSelling }
            guard verdict.outcome == .accepted else {
                throw Problem(
                    .shopPlaceUnverified,
                    "What is sold at a distance is picked up at a verified shop inside the area."
                )
            }
            let view = made.payment.view(for: call.caller, at: now, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
    }
}
