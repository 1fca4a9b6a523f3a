package import FoundationEssentials

/// What a transfer is for; the database knows which service may propose which kind.
package enum TransferKind: String, Sendable, CaseIterable {
    /// Euros arrived: reserve grows and a programme receives as many coins.
    case funding
    /// A programme credits a resident's pot.
    case disbursement
    /// A programme sets coins apart for somebody not yet enrolled.
    case reservation
    /// Coins set apart reach the pot of somebody who has enrolled.
    case landing
    /// A resident pays another.
    case transfer
    /// A resident pays in a shop.
    case payment
    /// A shop gives a payment back to the pots it came from.
    case refund
    /// A merchant hands coins in for euro.
    case redemption
    /// Euros left the bank: the coins handed in are destroyed.
    case settlement
}

/// A movement that a service proposes; the database decides.
package struct TransferProposal: Sendable {
    /// One leg: an account that gets or gives.
    package enum Leg: Sendable, Hashable {
        /// Adds (or, when negative, takes) so many minor units; never zero.
        case exact(account: UUID, minorUnits: Int64)
        /// Gives what the exact legs leave open, as far as its available balance goes; several
        /// draws are used in order.
        case draw(account: UUID)
    }

    /// Made from the business act (a payment's id, a batch line's id), so that it posts once only.
    package let id: UUID
    package let kind: TransferKind
    /// Two or more.
    package let legs: [Leg]
    /// For the statement; at most 140 characters.
    package let reference: String?
    /// The transfer that this one refunds or corrects.
    package let related: UUID?
    /// The client (device or system) that acted.
    package let client: UUID?
    /// The party on whose behalf it acted.
    package let party: UUID?

    package init(
        id: UUID,
        kind: TransferKind,
        legs: [Leg],
        reference: String? = nil,
        related: UUID? = nil,
        client: UUID? = nil,
        party: UUID? = nil
    ) {
        precondition(legs.count >= 2, "a transfer has at least two legs")
        self.id = id
        self.kind = kind
        self.legs = legs
        self.reference = reference
        self.related = related
        self.client = client
        self.party = party
    }
}

/// Why the ledger refused a transfer, in order of precedence. All are final for that proposal,
/// but ``insufficientFunds`` and ``aboveCeiling`` may pass later under another transfer id.
package enum LedgerRefusal: String, Error, Sendable, CaseIterable {
    /// The transfer id stands for another movement already.
    case conflict
    /// This service may not propose such a movement between such accounts.
    case forbidden
    case unknownAccount = "unknown-account"
    /// The account is frozen or closed.
    case accountNotOpen = "account-not-open"
    /// Legs of different coins in one transfer.
    case mixedCoins = "mixed-coins"
    /// A zero leg, or a balance that would pass 2^53 − 1 minor units.
    case amountOutOfRange = "amount-out-of-range"
    /// The legs do not sum to zero.
    case unbalanced
    /// An available balance would fall below its floor.
    case insufficientFunds = "insufficient-funds"
    /// A posted balance would rise above its ceiling.
    case aboveCeiling = "above-ceiling"
}
