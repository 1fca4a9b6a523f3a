import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Somebody without a phone pays at the till that asked: with a card and a PIN, at the shop's place.
///
/// What does not need the card is judged first, so that no try is spent on a payment that could not
/// be made; then the PIN, in transactions of its own; then the money moves, in the commit that
/// keeps the answer.
struct AcceptCardPayment: Sendable {
    let database: Database
    /// Keys its fingerprints, because the requests have PINs in them.
    let idempotency: Idempotency
    let attempts: TryCard
    let contexts: ApprovalContexts
    let book: LocalityBook
    let limits: CardLimits
    let payAddress: String

    // Each time the rules must have changed between the verdict and the posting.
    private static let mostTries = 3

    /// The payment at this till, and where the shop is.
    private struct Standing: Sendable {
        let payment: StoredPayment
        let place: ShopPlace
        let terminal: UUID
    }

    private struct StaleVerdict: Error {}

    func add(to routes: Routes) {
        routes.on(.acceptPaymentByCard, { try await accept($0) })
    }

    private func accept(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CardAcceptance.self)
        guard let number = CardNumber(typed: body.value.cardNumber) else {
            throw Problem.invalid("/cardNumber", "is no card number: a digit must be wrong")
        }
        guard let pin = CardPIN(typed: body.value.pin) else {
            throw Problem.invalid("/pin", "is not four to six digits")
        }
        let (id, now) = (try call.id("paymentId"), call.clock.now())
        let request = try call.grouped(fingerprint: body.fingerprint)
        var isTried = false
        for _ in 1...Self.mostTries {
            do {
                let standing = try await standing(of: id, for: call.caller)
                let verdict = try await judge(standing, request.community, at: now)
                if !isTried { try await attempts(number, pin, for: id, by: request) }
                isTried = true
                return try await pay(standing, verdict, request, call, at: now)
            } catch let problem as Problem
                where problem.isFinal && problem.type != .idempotencyKeyReused
            {
                return try await refuse(problem, of: id, request, call)
            } catch is StaleVerdict {
                book.forget(request.community)
            }
        }
        throw Problem.unavailable("The rules of this coin are changing.", retryAfter: 1)
    }

    private func standing(of id: UUID, for caller: Caller) async throws -> Standing {
        guard let terminal = caller.terminal else {
            throw Problem(.insufficientScope, "Only an enrolled terminal takes cards.")
        }
        let community = try caller.requireCommunity()
        return try await database.transaction { connection in
            let found = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(id, community))
            )
            guard let payment = found.first, payment.terminal == terminal,
                let till = try PaymentQueries.till(terminal, community, connection)
            else { throw Problem.notFound("payment") }
            return Standing(payment: payment, place: till.place, terminal: terminal)
        }
    }

    /// The verdict on the shop's place, which is the payer's; throws what stands in the way.
    private func judge(
        _ standing: Standing,
        _ community: UUID,
        at now: Instant
    ) async throws -> API.LocalityVerdict {
        try PaymentProblems.requireOpen(standing.payment, at: now)
        guard standing.payment.amount <= limits.payment else { throw CardRefusal.limit.problem }
        let page = try await book.page(of: standing.payment.coin, community: community, at: now)
        guard let page else { throw PaymentProblems.localityUnset }
        let judge = JudgeLocality(page: page, shop: standing.place, now: now)
        let verdict = judge.atTerminal()
        guard verdict.outcome == .accepted else { throw PaymentProblems.refused(verdict) }
        return verdict
    }

    private func pay(
        _ standing: Standing,
        _ verdict: API.LocalityVerdict,
        _ request: GroupedRequest,
        _ call: Call<Caller>,
        at now: Instant
    ) async throws -> Reply {
        let payment = standing.payment
        let accept = CardPaymentQueries.accept(
            payment.id,
            at: standing.terminal,
            request,
            verdict,
            limits,
            at: now
        )
        let reply = try await call.once(idempotency, fingerprint: request.fingerprint) {
            connection in
            let word = try CardPaymentQueries.word(connection.query(accept))
            if word == PaymentRefusal.staleVerdict { throw StaleVerdict() }
            if let refusal = CardRefusal(rawValue: word) { throw refusal.problem }
            try PaymentRefusal.requirePosted(
                GroupedOutcome(word: word, requestID: request.requestID, isReplay: false)
            )
            var accepted = payment.asAccepted()
            accepted.acceptedAt = now
            accepted.verdict = verdict
            let view = accepted.view(for: call.caller, at: now, payAddress: payAddress)
            return .created(view, at: "/v1/payments/\(view.id)")
        }
        contexts.forget(payment.id, community: request.community)
        return reply
    }

    /// Keeps a refusal under the request's key and gives it, or the answer that the key has; a
    /// verdict is kept with the payment.
    private func refuse(
        _ problem: Problem,
        of payment: UUID,
        _ request: GroupedRequest,
        _ call: Call<Caller>
    ) async throws -> Reply {
        try await call.once(idempotency, fingerprint: request.fingerprint) { connection in
            guard let verdict = problem.verdict else { throw problem }
            try PaymentQueries.keepRefusal(
                verdict,
                of: payment,
                request.community,
                id: call.clock.newID(),
                connection
            )
            return call.reply(problem)
        }
    }
}
