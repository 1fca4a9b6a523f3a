import API
import Domain
import FoundationEssentials
import Hummingbird
import Locality
import Postgres
import ServiceKit
import Synchronization

/// `/payments`: a terminal asks, a phone accepts, both see the result; reservations; full refunds.
struct PaymentRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency
    let book: LocalityBook
    let events: PaymentEvents
    let accept: AcceptPayment
    let refund: RefundPayment
    let capture: CapturePayment
    let void: VoidPayment
    /// Where QR codes lead: the address of the payment app's web page.
    let payAddress: String

    func add(to routes: Routes) {
        routes.on(.requestPayment, requestPayment)
        routes.on(.listPayments, listPayments)
        routes.on(.getPayment, getPayment)
        routes.on(.acceptPayment, { try await accept($0) })
        routes.onStream(.streamPaymentEvents, streamPaymentEvents)
        routes.on(.refundPayment, { try await refund($0) })
        routes.on(.capturePayment, { try await capture($0) })
        routes.on(.voidPayment, { try await void($0) })
    }

    @Sendable private func requestPayment(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentRequest.self)
        let request = RequestPayment(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now(),
            requestID: call.context.requestID
        )
        let requested = Mutex<RequestPayment.Requested?>(nil)
        let reply = try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let made = try request(body.value, connection)
            requested.withLock { $0 = made }
            let view = made.payment.view(for: call.caller, at: request.now, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
        // It stands now; a replay or a refusal made none.
        if let made = requested.withLock({ $0 }) {
            accept.contexts.remember(made.payment, at: made.place, community: request.community)
        }
        return reply
    }

    @Sendable private func listPayments(_ call: Call<Caller>) async throws -> Reply {
        let (limit, caller, now) = (call.limit, call.caller, call.clock.now())
        let community = try caller.requireCommunity()
        let filter = PaymentFilter(
            state: call.query("state"),
            from: call.queryInstant("fromAt"),
            until: call.queryInstant("untilAt"),
            reservation: call.queryID("reservationId"),
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

    @Sendable private func streamPaymentEvents(_ call: Call<Caller>) async throws -> Response {
        let (id, caller, clock) = (try call.id("paymentId"), call.caller, call.clock)
        // Subscribed before the first look, so that nothing falls between.
        let changes = events.changes(of: id)
        _ = try await payment(id, for: caller, clock: clock)
        return ServerSentEvents.response(
            to: call,
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
            isFinal: { ![.requested, .held].contains($0.state) }
        )
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
