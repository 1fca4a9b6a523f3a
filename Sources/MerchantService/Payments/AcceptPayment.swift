import API
import Domain
import FoundationEssentials
import Geometry
import Ledger
import Postgres
import ServiceKit

/// A resident pays: what they signed is what the shop asked, the place is right, the money moves.
///
/// Everything that can be judged without a lock is judged first; then one statement, for all who
/// pay at that moment, guards the payments' states, posts the transfers and stores the outcomes.
struct AcceptPayment: Sendable {
    /// An approval that arrived.
    struct Attempt: Sendable {
        let grouped: GroupedRequest
        let payment: UUID
        let caller: Caller
        let acceptance: PaymentAcceptance
        let claim: PositionClaim?
        let at: Instant
    }

    /// An approval that holds, at a place where the coin may be spent.
    struct Accepted: Sendable {
        let attempt: Attempt
        let wallet: UUID
        let merchant: UUID
        let verdict: API.LocalityVerdict
    }

    /// Reads what approvals are held against, and the outcome a key has already.
    typealias Reader = GroupPoster<Attempt, ApprovalContext?>
    /// Posts payments of one community together.
    typealias Poster = GroupPoster<Accepted, GroupedOutcome>

    let database: Database
    let contexts: ApprovalContexts
    let poster: Poster
    /// For those who pay for others.
    let mandated: Poster
    let idempotency: Idempotency
    let book: LocalityBook
    let payAddress: String

    // Each time the rules must have changed between the verdict and the posting.
    private static let mostTries = 3

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentAcceptance.self)
        let attempt = Attempt(
            grouped: try call.grouped(fingerprint: body.fingerprint),
            payment: try call.id("paymentId"),
            caller: call.caller,
            acceptance: body.value,
            claim: try call.positionClaim(body.value.positionClaim),
            at: call.clock.now()
        )
        if let remembered = contexts.remembered(attempt),
            let judgement = try? await judge(attempt, remembered)
        {
            let outcome = try await post(judgement)
            if outcome.word != PaymentRefusal.staleVerdict {
                return try await answer(outcome, judgement, remembered.payment, call)
            }
            book.forget(attempt.grouped.community)
        }
        // What does not pass at once is looked at with all that the database knows.
        let context = try await contexts.read(attempt)
        if let recorded = context?.recorded {
            return try await answer(recorded, attempt, nil, call)
        }
        for _ in 1...Self.mostTries {
            let judgement: Accepted
            do {
                judgement = try await judge(attempt, context)
            } catch let problem as Problem where problem.isFinal {
                return try await refuse(attempt, problem, body.fingerprint, call)
            }
            let outcome = try await post(judgement)
            if outcome.word != PaymentRefusal.staleVerdict {
                return try await answer(outcome, judgement, context?.payment, call)
            }
            book.forget(attempt.grouped.community)
        }
        throw Problem.unavailable("The rules of this coin are changing.", retryAfter: 1)
    }

    private func post(_ judgement: Accepted) async throws -> GroupedOutcome {
        let isMandated = judgement.attempt.grouped.mandate != nil
        return try await (isMandated ? mandated : poster).post(judgement)
    }

    /// The acceptance; throws the problem of the first thing that does not hold.
    private func judge(_ attempt: Attempt, _ context: ApprovalContext?) async throws -> Accepted {
        // Whoever has the id may learn that the payment is no longer open.
        guard let context, let payer = context.payer else { throw Problem.notFound("payment") }
        try PaymentProblems.requireOpen(context.payment, at: attempt.at)
        guard attempt.caller.reaches(shop: context.payment.shop.id.uuid) else {
            throw MandateRefusal.otherShop.problem
        }
        let check = CheckApproval(
            payment: context.payment,
            payer: payer,
            client: attempt.grouped.client
        )
        let claims = try check(attempt.acceptance)
        guard
            let page = try await book.page(
                of: context.payment.coin,
                community: attempt.grouped.community,
                at: attempt.at
            )
        else { throw PaymentProblems.localityUnset }
        if page.policy.needsClaim && attempt.claim == nil {
            throw PaymentProblems.claimRequired
        }
        let judge = JudgeLocality(page: page, shop: context.shopPlace, now: attempt.at)
        let verdict = judge(attempt.claim)
        guard verdict.outcome == .accepted else { throw PaymentProblems.refused(verdict) }
        return Accepted(
            attempt: attempt,
            wallet: claims.walletId.uuid,
            merchant: context.payment.merchant.id.uuid,
            verdict: verdict
        )
    }

    /// Stores a refusal under the request's key and gives it; a verdict is kept with the payment.
    private func refuse(
        _ attempt: Attempt,
        _ problem: Problem,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>
    ) async throws -> Reply {
        try await call.once(idempotency, fingerprint: fingerprint) { connection in
            guard let verdict = problem.verdict else { throw problem }
            try PaymentQueries.keepRefusal(
                verdict,
                of: attempt.payment,
                attempt.grouped.community,
                id: call.clock.newID(),
                connection
            )
            return call.reply(problem)
        }
    }

    private func answer(
        _ outcome: GroupedOutcome,
        _ judgement: Accepted,
        _ payment: StoredPayment?,
        _ call: Call<Caller>
    ) async throws -> Reply {
        let attempt = judgement.attempt
        contexts.forget(attempt.payment, community: attempt.grouped.community)
        let accepted = outcome.isReplay ? nil : payment?.accepted(judgement)
        return try await answer(outcome, attempt, accepted, call)
    }

    /// `payment` as it was accepted just now; `nil` to read it.
    private func answer(
        _ outcome: GroupedOutcome,
        _ attempt: Attempt,
        _ payment: StoredPayment?,
        _ call: Call<Caller>
    ) async throws -> Reply {
        try await call.answer(outcome, of: attempt.grouped, idempotency) {
            try PaymentRefusal.requirePosted(outcome)
            var accepted = payment
            if accepted == nil {
                accepted = try await database.query(
                    PaymentQueries.find(attempt.payment, attempt.grouped.community),
                    PaymentQueries.payments
                ).first?.asAccepted()
            }
            guard let accepted else { throw Problem.notFound("payment") }
            return .created(
                accepted.view(for: attempt.caller, at: attempt.at, payAddress: payAddress),
                at: "/v1/payments/\(Identifier(attempt.payment))"
            )
        }
    }
}

extension StoredPayment {
    fileprivate func accepted(_ judgement: AcceptPayment.Accepted) -> StoredPayment {
        var payment = asAccepted()
        payment.acceptedAt = judgement.attempt.at
        payment.payer = judgement.attempt.caller.party
        payment.mandate = judgement.attempt.grouped.mandate
        payment.verdict = judgement.verdict
        return payment
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
