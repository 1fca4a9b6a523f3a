import API
import Domain
import FoundationEssentials
import Hummingbird
import Postgres
import ServiceKit

/// `/payments`: a terminal asks, a phone accepts, both see the result; full refunds.
struct PaymentRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency
    let book: LocalityBook
    let events: PaymentEvents
    let accept: AcceptPayment
    /// Where QR codes lead: the address of the payment app's web page.
    let payAddress: String

    func add(to routes: Routes) {
        routes.on(.requestPayment, requestPayment)
        routes.on(.listPayments, listPayments)
        routes.on(.getPayment, getPayment)
        routes.on(.acceptPayment, acceptPayment)
        routes.onStream(.streamPaymentEvents, streamPaymentEvents)
        routes.on(.refundPayment, refundPayment)
    }

    @Sendable private func requestPayment(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentRequest.self)
        let request = RequestPayment(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now(),
            payAddress: payAddress
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let payment = try request(body.value, connection)
            return .created(payment, at: "/v1/payments/\(payment.id)")
        }
    }

    @Sendable private func listPayments(_ call: Call<Caller>) async throws -> Reply {
        let (limit, caller, now) = (call.limit, call.caller, call.clock.now())
        let community = try caller.requireCommunity()
        let filter = PaymentFilter(
            state: call.query("state"),
            from: call.queryInstant("fromAt"),
            until: call.queryInstant("untilAt"),
            before: try Cursor.id(of: call)
        )
        let read = try await database.query(
            PaymentQueries.list(community, caller, filter, at: now, limit: limit),
            PaymentQueries.payments
        )
        let page = Cursor.page(
            read.map { $0.view(for: caller, at: now, payAddress: payAddress) },
            limit: limit,
            id: { $0.id }
        )
        return .page(page, of: call.request.uri)
    }

    @Sendable private func getPayment(_ call: Call<Caller>) async throws -> Reply {
        .json(try await payment(call.id("paymentId"), for: call.caller, clock: call.clock))
    }

    @Sendable private func acceptPayment(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentAcceptance.self)
        let attempt = AcceptPayment.Attempt(
            community: try call.caller.requireCommunity(),
            payment: try call.id("paymentId"),
            caller: call.caller,
            acceptance: body.value,
            claim: try call.positionClaim(body.value.positionClaim),
            clock: call.clock
        )
        return try await accept(attempt, in: call) { act in
            try await call.once(idempotency, fingerprint: body.fingerprint, act)
        }
    }

    @Sendable private func streamPaymentEvents(_ call: Call<Caller>) async throws -> Response {
        let (id, caller, clock) = (try call.id("paymentId"), call.caller, call.clock)
        // Subscribed before the first look, so that nothing falls between.
        let changes = events.changes(of: id)
        _ = try await payment(id, for: caller, clock: clock)
        return ServerSentEvents.response(
            named: "payment",
            changes: changes,
            current: { () -> Payment? in
                do {
                    return try await payment(id, for: caller, clock: clock)
                } catch let problem as Problem where problem.type == .notFound {
                    // Somebody else has paid it; there is nothing more to see.
                    return nil
                }
            },
            isFinal: { $0.state != .requested }
        )
    }

    @Sendable private func refundPayment(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RefundCreation.self)
        let refund = RefundPayment(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            payment: try call.id("paymentId"),
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let refund = try refund(body.value, connection)
            return .created(refund, at: "/v1/payments/\(refund.paymentId)")
        }
    }

    /// The payment as the caller may see it; throws 404 when they may not.
    private func payment(_ id: UUID, for caller: Caller, clock: Clock) async throws -> Payment {
        let (community, now) = (try caller.requireCommunity(), clock.now())
        let found = try await database.query(
            PaymentQueries.find(id, community),
            PaymentQueries.payments
        )
        guard let stored = found.first, stored.isVisible(to: caller) else {
            throw Problem.notFound("payment")
        }
        var view = stored.view(for: caller, at: now, payAddress: payAddress)
        if caller.may(.paymentsAccept), view.state == .requested {
            let page = try await book.page(of: stored.coin, community: community, at: now)
            view.localityPolicy = page.map {
                LocalityPolicySummary(
                    version: $0.policy.version,
                    rules: $0.policy.rules.map { API.LocalityRule($0) }
                )
            }
        }
        return view
    }
}

extension Call where Who == Caller {
    /// The claim inside its base64url text; throws 400 when it cannot be read.
    fileprivate func positionClaim(_ text: String?) throws -> PositionClaim? {
        guard let text else { return nil }
        guard let bytes = Base64URL.bytes(text) else {
            throw Problem.invalid("/positionClaim", "is not base64url")
        }
        return try embedded(bytes, schema: "PositionClaim", at: "/positionClaim")
    }
}
