import API
import Domain
import FoundationEssentials
import ServiceKit

/// A proposal as the database has it.
struct StoredProposal: Sendable {
    /// Short: both parties stand at one counter.
    static let lifetimeMicroseconds: Int64 = 120_000_000
    /// More than these wait at no till.
    static let mostOpenPerTill = 20

    let id: UUID
    let merchant: NamedReference
    let shop: NamedReference
    let terminal: UUID
    let coin: String
    let digits: Int
    let amount: Int64
    let reference: String?
    let matchCode: String
    let proposerClient: UUID
    let proposer: UUID
    let proposedAt: Instant
    let expiresAt: Instant
    /// `nil` until somebody decided; expiry is seen by looking at the clock.
    var decision: PaymentProposalState?

    func state(at now: Instant) -> PaymentProposalState {
        decision ?? (now <= expiresAt ? .proposed : .expired)
    }

    /// Whether the caller may decide: the till itself, or a cashier with a mandate for its shop.
    func isDecidable(by caller: Caller) -> Bool {
        guard caller.may(.paymentsRequest), caller.party == merchant.id.uuid,
            caller.reaches(shop: shop.id.uuid)
        else { return false }
        return caller.terminal == nil || caller.terminal == terminal
    }

    /// Whether it is the caller's own.
    func isProposed(by caller: Caller) -> Bool {
        caller.party == proposer && caller.may(.paymentsAccept)
            && caller.reaches(shop: shop.id.uuid)
    }

    /// As a client is shown it; `challenge` once there is a payment to sign for.
    func view(at now: Instant, challenge: String? = nil) -> PaymentProposal {
        PaymentProposal(
            id: Identifier(id),
            state: state(at: now),
            amount: Amount(minorUnits: amount, coin: coin, digits: digits),
            merchant: merchant,
            shop: shop,
            terminalId: Identifier(terminal),
            reference: reference,
            matchCode: matchCode,
            proposedAt: proposedAt,
            expiresAt: expiresAt,
            challenge: challenge
        )
    }
}
