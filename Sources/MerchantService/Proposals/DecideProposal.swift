import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The cashier looks at the amount and the three digits, and asks for it or does not. Only from
/// then on there is a payment, and a challenge that the payer can sign.
struct DecideProposal: Sendable {
    let community: UUID
    let caller: Caller
    let proposal: UUID
    let now: Instant
    let requestID: Identifier

    /// As long as for any other payment at a till.
    private static let paymentLifetimeMicroseconds: Int64 = 300_000_000

    func callAsFunction(
        _ decision: PaymentProposalDecision,
        _ connection: Connection
    ) throws -> PaymentProposal {
        let found = try ProposalQueries.proposals(
            connection.query(ProposalQueries.find(proposal, community))
        )
        guard var stored = found.first, stored.isDecidable(by: caller) else {
            throw Problem.notFound("proposal")
        }
        // Before anything is locked, as everywhere.
        try caller.useMandate(
            for: .decidePaymentProposal,
            scope: .paymentsRequest,
            act: proposal,
            shop: stored.shop.id.uuid,
            request: requestID,
            connection
        )
        let decided = try ProposalQueries.lock(proposal, community, connection)
        guard decided == nil, stored.state(at: now) == .proposed else {
            throw Problem(
                .proposalNotOpen,
                "The proposal does not wait any more; let the payer scan the code again."
            )
        }
        try ProposalQueries.decide(
            proposal,
            community,
            decision.decision,
            by: caller.client,
            at: now,
            connection
        )
        switch decision.decision {
        case .declined: stored.decision = .declined
        case .confirmed:
            stored.decision = .confirmed
            try PaymentQueries.insert(payment(for: stored), community, connection)
        }
        return stored.view(at: now)
    }

    private func payment(for stored: StoredProposal) -> StoredPayment {
        StoredPayment(
            id: stored.id,
            merchant: stored.merchant,
            shop: stored.shop,
            terminal: stored.terminal,
            coin: stored.coin,
            digits: stored.digits,
            amount: stored.amount,
            reference: stored.reference,
            challenge: RequestPayment.newChallenge(),
            state: .requested,
            requestedAt: now,
            expiresAt: Instant(
                microseconds: now.microseconds + Self.paymentLifetimeMicroseconds
            ),
            acceptedAt: nil,
            payer: nil,
            verdict: nil,
            requestMandate: caller.mandate?.id
        )
    }
}
