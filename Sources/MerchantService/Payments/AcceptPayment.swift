import API
import Domain
import FoundationEssentials
import Geometry
import Ledger
import Postgres
import ServiceKit

/// A resident pays: what they signed is what the shop asked, the place is right, the money moves.
///
/// Everything that can be judged without a lock is judged first; then one transaction guards the
/// payment's state, posts the transfer and stores the answer.
struct AcceptPayment: Sendable {
    let database: Database
    let book: LocalityBook
    let payAddress: String

    /// One approval that arrived.
    struct Attempt: Sendable {
        let community: UUID
        let payment: UUID
        let caller: Caller
        let acceptance: PaymentAcceptance
        let claim: PositionClaim?
        let clock: Clock
    }

    /// The approval holds, and locality has spoken.
    private struct Judgement: Sendable {
        let verdict: API.LocalityVerdict
        let wallet: UUID
    }

    /// The policy changed between the verdict and the posting.
    private struct StaleVerdict: Error {}

    private static let mostTries = 3

    /// Judges and posts; `once` runs the transaction under the request's idempotency key.
    func callAsFunction(
        _ attempt: Attempt,
        in call: Call<Caller>,
        once: (@escaping @Sendable (Connection) throws -> Reply) async throws -> Reply
    ) async throws -> Reply {
        for _ in 1..<Self.mostTries {
            do {
                return try await self.try(attempt, in: call, once: once)
            } catch is StaleVerdict {
                book.forget(attempt.community)
            }
        }
        do {
            return try await self.try(attempt, in: call, once: once)
        } catch is StaleVerdict {
            throw Problem.unavailable("The rules of this coin are changing.", retryAfter: 1)
        }
    }

    private func `try`(
        _ attempt: Attempt,
        in call: Call<Caller>,
        once: (@escaping @Sendable (Connection) throws -> Reply) async throws -> Reply
    ) async throws -> Reply {
        let now = attempt.clock.now()
        // A refusal is kept for the transaction: a replay of an accepted payment comes first.
        let judgement: Result<Judgement, Problem>
        do {
            judgement = .success(try await judge(attempt, at: now))
        } catch let problem as Problem where problem.isFinal {
            judgement = .failure(problem)
        }
        return try await once { connection in
            let judgement = try judgement.get()
            let stored = try lock(attempt, at: now, connection)
            try requireInForce(judgement.verdict, of: stored.coin, attempt, at: now, connection)
            guard judgement.verdict.outcome == .accepted else {
                try PaymentQueries.keepRefusal(
                    judgement.verdict,
                    attempt,
                    id: attempt.clock.newID(),
                    connection
                )
                return call.reply(PaymentProblems.refused(judgement.verdict))
            }
            try post(stored, judgement, attempt, at: now, connection)
            let accepted = try PaymentQueries.payments(
                connection.query(PaymentQueries.find(stored.id, attempt.community))
            )
            return .created(
                accepted[0].view(for: attempt.caller, at: now, payAddress: payAddress),
                at: "/v1/payments/\(Identifier(stored.id))"
            )
        }
    }

    private func judge(_ attempt: Attempt, at now: Instant) async throws -> Judgement {
        let context = try await database.transaction { connection in
            try PaymentQueries.approvalContext(attempt, connection)
        }
        // Whoever has the id may learn that the payment is no longer open.
        guard let context else { throw Problem.notFound("payment") }
        try PaymentProblems.requireOpen(context.payment, at: now)
        let approval = CheckApproval(context: context, caller: attempt.caller)
        let claims = try await approval(attempt.acceptance)
        guard
            let page = try await book.page(
                of: context.payment.coin,
                community: attempt.community,
                at: now
            )
        else { throw PaymentProblems.localityUnset }
        if page.policy.needsClaim && attempt.claim == nil {
            throw PaymentProblems.claimRequired
        }
        let judge = JudgeLocality(page: page, shop: context.shopPlace, now: now)
        return Judgement(verdict: judge(attempt.claim), wallet: claims.walletId.uuid)
    }

    private func lock(
        _ attempt: Attempt,
        at now: Instant,
        _ connection: Connection
    ) throws -> StoredPayment {
        try PaymentQueries.lock(attempt.payment, attempt.community, connection)
        let found = try PaymentQueries.payments(
            connection.query(PaymentQueries.find(attempt.payment, attempt.community))
        )
        guard let payment = found.first else { throw Problem.notFound("payment") }
        try PaymentProblems.requireOpen(payment, at: now)
        return payment
    }

    private func requireInForce(
        _ verdict: API.LocalityVerdict,
        of coin: String,
        _ attempt: Attempt,
        at now: Instant,
        _ connection: Connection
    ) throws {
        let inForce = try LocalityQueries.versionsInForce(
            of: coin,
            attempt.community,
            at: now,
            connection
        )
        guard inForce.policy == verdict.policyVersion,
            inForce.geofence == verdict.geofenceVersion
        else { throw StaleVerdict() }
    }

    private func post(
        _ payment: StoredPayment,
        _ judgement: Judgement,
        _ attempt: Attempt,
        at now: Instant,
        _ connection: Connection
    ) throws {
        let pots = try PaymentQueries.potsInSpendingOrder(
            wallet: judgement.wallet,
            coin: payment.coin,
            attempt.community,
            connection
        )
        guard
            let merchant = try MerchantQueries.account(
                of: payment.merchant.id.uuid,
                attempt.community,
                connection
            )
        else { throw Problem.notFound("payment") }
        // Without a pot there is nothing to draw on.
        guard !pots.isEmpty else { throw Problem(LedgerRefusal.insufficientFunds) }
        do {
            try Ledger.post(
                TransferProposal(
                    id: payment.id,
                    kind: .payment,
                    legs: [.exact(account: merchant.account, minorUnits: payment.amount)]
                        + pots.map { .draw(account: $0) },
                    reference: payment.reference,
                    client: attempt.caller.client,
                    party: attempt.caller.party
                ),
                community: attempt.community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
        try PaymentQueries.markAccepted(
            payment,
            attempt,
            wallet: judgement.wallet,
            verdict: judgement.verdict,
            at: now,
            connection
        )
        try PaymentEvents.announce(payment.id, connection)
    }
}
