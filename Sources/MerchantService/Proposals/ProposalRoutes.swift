import API
import Domain
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/payment-proposals`: a payer says how much, a till asks for it.
struct ProposalRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.proposePayment, proposePayment)
        routes.on(.listPaymentProposals, listPaymentProposals)
        routes.on(.getPaymentProposal, getPaymentProposal)
        routes.on(.decidePaymentProposal, decidePaymentProposal)
    }

    @Sendable private func proposePayment(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentProposalCreation.self)
        let propose = ProposePayment(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let proposal = try propose(body.value, connection)
            return .created(proposal, at: "/v1/payment-proposals/\(proposal.id)")
        }
    }

    @Sendable private func listPaymentProposals(_ call: Call<Caller>) async throws -> Reply {
        let (limit, now) = (call.limit, call.clock.now())
        let read = try await database.query(
            ProposalQueries.waiting(
                try call.caller.requireCommunity(),
                call.caller,
                at: now,
                before: try Cursor.id(of: call),
                limit: limit
            ),
            ProposalQueries.proposals
        )
        let page = Cursor.page(read.map { $0.view(at: now) }, limit: limit, id: { $0.id })
        return .page(page, of: call.request.uri)
    }

    @Sendable private func getPaymentProposal(_ call: Call<Caller>) async throws -> Reply {
        let (id, now) = (try call.id("proposalId"), call.clock.now())
        let community = try call.caller.requireCommunity()
        let found = try await database.query(
            ProposalQueries.find(id, community),
            ProposalQueries.proposals
        ).first
        guard let found, found.isProposed(by: call.caller) || found.isDecidable(by: call.caller)
        else { throw Problem.notFound("proposal") }
        return .json(found.view(at: now, challenge: try await challenge(of: found, call, at: now)))
    }

    /// What its own payer signs; nobody else stands before the till with this amount.
    private func challenge(
        of proposal: StoredProposal,
        _ call: Call<Caller>,
        at now: Instant
    ) async throws -> String? {
        guard proposal.decision == .confirmed, proposal.isProposed(by: call.caller) else {
            return nil
        }
        let payment = try await database.query(
            PaymentQueries.find(proposal.id, try call.caller.requireCommunity()),
            PaymentQueries.payments
        ).first
        guard let payment, payment.currentState(at: now) == .requested else { return nil }
        return payment.shownChallenge(at: now)
    }

    @Sendable private func decidePaymentProposal(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PaymentProposalDecision.self)
        let decide = DecideProposal(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            proposal: try call.id("proposalId"),
            now: call.clock.now(),
            requestID: call.context.requestID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let proposal = try decide(body.value, connection)
            return .created(proposal, at: "/v1/payment-proposals/\(proposal.id)")
        }
    }
}
