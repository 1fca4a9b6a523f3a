import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// Somebody without a phone pays at the till that asked: with a card and a PIN, at the shop's place.
///
/// What does not need the card is judged first, so that no try is spent on a payment that could not
/// be made; then the PIN, in transactions of its own; then the money moves, in the commit that
/// keeps the answer.
struct AcceptCardPayment: Sendable {
    let database: Database
    let attempts: TryCard
    let book: LocalityBook
    let limits: CardLimits
    /// With keyed fingerprints, because the requests have PINs in them.
    let post: PostAtTill

    /// The payment at this till, and where the shop is.
    private struct Standing: Sendable {
        let payment: StoredPayment
        let place: ShopPlace
        let terminal: UUID
    }

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
        return try await post(
            id,
            request,
            call,
            at: now,
            refusal: { CardRefusal(rawValue: $0)?.problem },
            judge: {
                let standing = try await standing(of: id, for: call.caller, at: now)
                let verdict = try await judge(standing, request.community, at: now)
                if !isTried { try await attempts(number, pin, for: id, by: request) }
                isTried = true
                return PostAtTill.Judgement(
                    payment: standing.payment,
                    verdict: verdict,
                    statement: CardPaymentQueries.accept(
                        id,
                        at: standing.terminal,
                        request,
                        verdict,
                        limits,
                        at: now
                    )
                )
            }
        )
    }

    private func standing(
        of id: UUID,
        for caller: Caller,
        at now: Instant
    ) async throws -> Standing {
        guard let terminal = caller.terminal else {
            throw Problem(.insufficientScope, "Only an enrolled terminal takes cards.")
        }
        let community = try caller.requireCommunity()
        return try await database.transaction { connection in
            let found = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(id, community))
            )
            guard let payment = found.first, payment.terminal == terminal,
                let till = try PaymentQueries.till(terminal, community, connection, at: now)
            else { throw Problem.notFound("payment") }
            if till.isSuspended { throw PaymentProblems.shopSuspended }
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
        guard standing.payment.holdSeconds == nil else { throw HoldRefusal.needsPhone }
        guard standing.payment.amount <= limits.payment else { throw CardRefusal.limit.problem }
        let page = try await book.page(of: standing.payment.coin, community: community, at: now)
        guard let page else { throw PaymentProblems.localityUnset }
        var judge = JudgeLocality(page: page, shop: standing.place, now: now)
        judge.challengedAt = standing.payment.requestedAt
        let verdict = judge.atTerminal()
        guard verdict.outcome == .accepted else { throw PaymentProblems.refused(verdict) }
        return verdict
    }
}
