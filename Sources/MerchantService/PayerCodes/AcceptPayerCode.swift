import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// The till that asked scans the code of the payer's phone, which may be without a connection.
///
/// Signature, time and place are judged first; then one statement charges the code, moves the money
/// and accepts the payment, in the commit that keeps the answer.
struct AcceptPayerCode: Sendable {
    let database: Database
    let book: LocalityBook
    let post: PostAtTill

    /// The payment at this till, where the shop is, and the code that was scanned there.
    private struct Standing: Sendable {
        let payment: StoredPayment
        let place: ShopPlace
        let terminal: UUID
        let code: CheckPayerCode.Checked
        /// The payer's.
        let wallet: UUID
    }

    func add(to routes: Routes) {
        routes.on(.acceptPaymentByPayerCode, { try await accept($0) })
    }

    private func accept(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PayerCodeAcceptance.self)
        let (id, now) = (try call.id("paymentId"), call.clock.now())
        let request = try call.grouped(fingerprint: body.fingerprint)
        return try await post(
            id,
            request,
            call,
            at: now,
            refusal: { PayerCodeRefusal(rawValue: $0)?.problem },
            judge: {
                let standing = try await standing(of: id, body.value.code, call.caller, at: now)
                let verdict = try await judge(standing, request.community, at: now)
                return PostAtTill.Judgement(
                    payment: standing.payment,
                    verdict: verdict,
                    statement: PayerCodeQueries.accept(
                        id,
                        at: standing.terminal,
                        standing.code,
                        request,
                        verdict,
                        at: now
                    )
                )
            }
        )
    }

    private func standing(
        of id: UUID,
        _ text: String,
        _ caller: Caller,
        at now: Instant
    ) async throws -> Standing {
        guard let terminal = caller.terminal else {
            throw Problem(.insufficientScope, "Only an enrolled terminal charges phones.")
        }
        let community = try caller.requireCommunity()
        let found = try await database.transaction { connection in
            try PaymentQueries.payments(connection.query(PaymentQueries.find(id, community)))
                .first.flatMap { payment in
                    try PaymentQueries.till(terminal, community, connection, at: now)
                        .map { (payment, $0) }
                }
        }
        guard let (payment, till) = found, payment.terminal == terminal else {
            throw Problem.notFound("payment")
        }
        if till.isSuspended { throw PaymentProblems.shopSuspended }
        try PaymentProblems.requireOpen(payment, at: now)
        guard let code = PayerCode(text: text),
            let phone = try await database.query(
                PayerCodeQueries.phone(code.terms.client, community),
                PayerCodeQueries.phone
            )
        else { throw PayerCodeRefusal.invalid.problem }
        return Standing(
            payment: payment,
            place: till.place,
            terminal: terminal,
            code: try CheckPayerCode(code: code, now: now)(keyX: phone.keyX, keyY: phone.keyY),
            wallet: phone.wallet
        )
    }

    /// The verdict on the places of shop and payer; throws what stands in the way.
    private func judge(
        _ standing: Standing,
        _ community: UUID,
        at now: Instant
    ) async throws -> API.LocalityVerdict {
        let (payment, code) = (standing.payment, standing.code)
        guard payment.holdSeconds == nil else { throw HoldRefusal.needsPhone }
        guard code.terms.coin == payment.coin else {
            throw Problem(.coinNotAccepted, "The payer allowed another coin than this shop takes.")
        }
        guard payment.amount <= code.terms.most else { throw PayerCodeRefusal.limit.problem }
        let page = try await book.page(of: payment.coin, community: community, at: now)
        guard let page else { throw PaymentProblems.localityUnset }
        guard code.claim != nil || !page.policy.needsClaim else {
            throw PaymentProblems.claimRequired
        }
        var judge = JudgeLocality(page: page, shop: standing.place, now: now)
        // The code is what the till reads off a screen: it was shown when it was made.
        judge.challengedAt = Instant(microseconds: code.terms.issuedAt * 1_000_000)
        judge.positionDigest = code.positionDigest
        if page.needsTravel {
            judge.previous = try await database.query(
                TravelTrace.find(standing.wallet, community),
                TravelTrace.first
            )
        }
        let verdict = judge(code.claim)
        guard verdict.outcome == .accepted else { throw PaymentProblems.refused(verdict) }
        return verdict
    }
}
