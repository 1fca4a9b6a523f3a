import API
import Domain
import FoundationEssentials
import HTTPTypes
import Postgres
import ServiceKit

/// A payer at a printed code says how much; the till hears of it. Nothing can be paid yet.
struct ProposePayment: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(
        _ creation: PaymentProposalCreation,
        _ connection: Connection
    ) throws -> PaymentProposal {
        let terminal = creation.terminalId.uuid
        guard let till = try PaymentQueries.till(terminal, community, connection, at: now) else {
            throw Problem.notFound("terminal")
        }
        guard caller.reaches(shop: till.shop.id.uuid) else {
            throw MandateRefusal.otherShop.problem
        }
        if till.isSuspended { throw PaymentProblems.shopSuspended }
        guard creation.amount.coin == till.coin else {
            throw Problem(.coinNotAccepted, "This shop accepts another coin.")
        }
        let coin = try CoinDigits.find(till.coin, community: community, connection)
        let amount = try creation.amount.minorUnits(digits: coin.digits)
        let waiting = try ProposalQueries.makeRoom(
            at: terminal,
            community,
            for: caller,
            at: now,
            connection
        )
        guard waiting < StoredProposal.mostOpenPerTill else {
            throw Problem(
                .tooManyRequests,
                "Too many payers wait at this till; ask the cashier for a code.",
                headers: [.retryAfter: "30"]
            )
        }
        let proposal = StoredProposal(
            id: id,
            merchant: till.merchant,
            shop: till.shop,
            terminal: terminal,
            coin: coin.code,
            digits: coin.digits,
            amount: amount,
            reference: creation.reference,
            matchCode: Self.newMatchCode(),
            proposerClient: caller.client,
            proposer: caller.party,
            proposedAt: now,
            expiresAt: Instant(
                microseconds: now.microseconds + StoredProposal.lifetimeMicroseconds
            )
        )
        try ProposalQueries.insert(proposal, community, connection)
        return proposal.view(at: now)
    }

    /// Three digits, to tell two payers with the same amount apart.
    private static func newMatchCode() -> String {
        String(Int.random(in: 1_000...1_999)).dropFirst().description
    }
}
