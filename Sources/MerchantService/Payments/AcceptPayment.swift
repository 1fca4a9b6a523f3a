import API
import Domain
import FoundationEssentials
import Ledger
import Locality
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
        /// The pots that the payer chose, as an array in the text of the database.
        let pots: String?
        let discount: SignedDiscount?
    }

    /// A discount, and what of it the payer signed.
    struct SignedDiscount: Sendable {
        let id: UUID
        let minorUnits: Int64
    }

    /// Reads what approvals are held against, and the outcome a key has already.
    typealias Reader = GroupPoster<Attempt, ApprovalContext?>
    /// Posts payments of one community together.
    typealias Poster = GroupPoster<Accepted, GroupedOutcome>

    let database: Database
    let contexts: ApprovalContexts
    let poster: Poster
    /// For those who pay for others, or with a discount: one by one.
    let single: Poster
    let idempotency: Idempotency
    let book: LocalityBook
    /// For reservations, which keep coins and pay none.
    let hold: HoldPayment
    let payAddress: String
    /// How long what a till shows may be answered.
    let challengeSeconds: Int

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
            remembered.payment.holdSeconds == nil,
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
                return try await call.refuse(
                    problem,
                    of: attempt.payment,
                    attempt.grouped.community,
                    idempotency,
                    fingerprint: body.fingerprint
                )
            }
            if context?.payment.holdSeconds == nil {
                let outcome = try await post(judgement)
                if outcome.word != PaymentRefusal.staleVerdict {
                    return try await answer(outcome, judgement, context?.payment, call)
                }
            } else if let reply = try await held(judgement, body.fingerprint, call) {
                return reply
            }
            book.forget(attempt.grouped.community)
        }
        throw Problem.unavailable("The rules of this coin are changing.", retryAfter: 1)
    }

    private func post(_ judgement: Accepted) async throws -> GroupedOutcome {
        let isSingle = judgement.attempt.grouped.mandate != nil || judgement.discount != nil
        return try await (isSingle ? single : poster).post(judgement)
    }

    /// The answer to a reservation; `nil` when it has to be judged anew.
    private func held(
        _ judgement: Accepted,
        _ fingerprint: [UInt8],
        _ call: Call<Caller>
    ) async throws -> Reply? {
        do {
            let reply = try await hold(judgement, fingerprint: fingerprint, call)
            contexts.forget(
                judgement.attempt.payment,
                community: judgement.attempt.grouped.community
            )
            return reply
        } catch is PaymentRefusal.StaleVerdict {
            return nil
        }
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
            client: attempt.grouped.client,
            now: attempt.at,
            challengeSeconds: challengeSeconds
        )
        let claims = try check(attempt.acceptance)
        // Nobody knows yet how much of a reservation is taken.
        guard claims.discount == nil || context.payment.holdSeconds == nil else {
            throw PaymentRefusal.discountUnavailable.problem
        }
        guard
            let page = try await book.page(
                of: context.payment.coin,
                community: attempt.grouped.community,
                at: attempt.at
            )
        else { throw PaymentProblems.localityUnset }
        var judge = JudgeLocality(page: page, shop: context.shopPlace, now: attempt.at)
        let verdict: API.LocalityVerdict
        if context.payment.isAtDistance {
            guard let distant = judge.atDistance() else {
                throw PaymentProblems.noDistanceSelling
            }
            verdict = distant
        } else {
            if page.policy.needsClaim && attempt.claim == nil {
                throw PaymentProblems.claimRequired
            }
            judge.challengedAt = check.shownAt(claims.challenge)
            judge.positionDigest = claims.positionDigest
            if page.needsTravel {
                judge.previous = try await database.query(
                    TravelTrace.find(payer.wallet, attempt.grouped.community),
                    TravelTrace.first
                )
            }
            verdict = judge(attempt.claim)
        }
        guard verdict.outcome == .accepted else { throw PaymentProblems.refused(verdict) }
        return Accepted(
            attempt: attempt,
            wallet: claims.walletId.uuid,
            merchant: context.payment.merchant.id.uuid,
            verdict: verdict,
            pots: claims.pots.map { pots in
                "{\(pots.map(\.description).joined(separator: ","))}"
            },
            discount: try claims.discount.map { discount in
                SignedDiscount(
                    id: discount.id.uuid,
                    minorUnits: try discount.amount.minorUnits(digits: context.payment.digits)
                )
            }
        )
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
            if outcome.word == PaymentRefusal.paymentNotRequested.rawValue {
                try await requireNotWithdrawn(attempt)
            }
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

extension AcceptPayment {
    /// Tells why nobody pays it any more, when it was not paid.
    private func requireNotWithdrawn(_ attempt: Attempt) async throws {
        let payment = try await database.query(
            PaymentQueries.find(attempt.payment, attempt.grouped.community),
            PaymentQueries.payments
        ).first
        if payment?.state == .refused { throw PaymentProblems.withdrawn }
    }
}

extension StoredPayment {
    fileprivate func accepted(_ judgement: AcceptPayment.Accepted) -> StoredPayment {
        var payment = asAccepted()
        payment.acceptedAt = judgement.attempt.at
        payment.payer = judgement.attempt.caller.party
        payment.mandate = judgement.attempt.grouped.mandate
        payment.verdict = judgement.verdict
        payment.sponsored = judgement.discount?.minorUnits ?? 0
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
