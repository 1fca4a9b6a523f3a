package import FoundationEssentials

/// What a transfer is for; the database knows which service may propose which kind.
package enum TransferKind: String, Sendable, CaseIterable {
    /// Euros arrived: reserve grows and a programme receives as many coins.
    case funding
    /// A programme credits a resident's pot.
    case disbursement
    /// A programme pays an association.
    case subsidy
    /// A programme sets coins apart for somebody not yet enrolled.
    case reservation
    /// Coins set apart reach the pot of somebody who has enrolled.
    case landing
    /// Coins set apart that nobody came for go back to their programme.
    case reservationReturn = "reservation-return"
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
    /// Euros of a settlement came back: as many coins exist again, and wait as before.
    case settlementReturn = "settlement-return"
    /// The bank paid nothing: a merchant gets back what it handed in, with the fee.
    case redemptionReturn = "redemption-return"
    /// Coins that a coin kept or a programme has left go on their way to euros; by the ledger itself.
    case payout
    /// A programme sets coins apart for its part of payments, or takes them back.
    case sponsoring
    /// What an approved batch will pay leaves the programme for the batch, or comes back from it.
    case commitment
    /// A merchant sets coins apart for its own discount, or takes them back.
    case promotion
    /// Sets right what another transfer did wrong, by moving some of it back.
    case correction
    /// What was left of one credit returns to its programme: the ledger's own act.
    case recall
    /// What was left in a pot returns to its programme: the ledger's own act.
    case expiry
    /// What a pot lost in value goes to the sink: the ledger's own act.
    case depreciation
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
    /// Two or more; for a capture one or more, all credits, the payee's first.
    package let legs: [Leg]
    /// For the statement; at most 140 characters.
    package let reference: String?
    /// The transfer that this one refunds or corrects.
    package let related: UUID?
    /// The hold that is captured: what the credits need comes from it, in whole or in part.
    package let hold: UUID?
    /// Whether this transfer and the next of its batch stand or fall together.
    package let isLinkedToNext: Bool
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
        hold: UUID? = nil,
        isLinkedToNext: Bool = false,
        client: UUID? = nil,
        party: UUID? = nil
    ) {
        precondition(legs.count >= (hold == nil ? 2 : 1), "a transfer has at least two legs")
        self.id = id
        self.kind = kind
        self.legs = legs
        self.reference = reference
        self.related = related
        self.hold = hold
        self.isLinkedToNext = isLinkedToNext
        self.client = client
        self.party = party
    }
}

/// Why the ledger refused a transfer. All are final for that proposal; those about an amount at hand
/// (funds, ceiling, limits of a day) may pass later under another transfer id.
package enum LedgerRefusal: String, Error, Sendable, CaseIterable {
    /// The transfer id stands for another movement already.
    case conflict
    /// This service may not propose such a movement between such accounts.
    case forbidden
    case unknownAccount = "unknown-account"
    /// The account is frozen or closed.
    case accountNotOpen = "account-not-open"
    /// The pot's time is over; what is left in it returns to its programme.
    case accountExpired = "account-expired"
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
    /// The wallet would spend more today than its class may.
    case dailySpendingLimit = "daily-spending-limit"
    /// The wallet would receive more today than its class may.
    case dailyReceivingLimit = "daily-receiving-limit"
    /// There is no such hold, or it was captured, voided or has expired.
    case holdEnded = "hold-ended"
    /// The hold has less left than the capture needs.
    case aboveHold = "above-hold"
    /// Nothing, or less than this, is left of the named transfer to give back.
    case reversalExceeds = "reversal-exceeds"
    /// Another transfer of the linked set was refused.
    case linkedTransferRefused = "linked-transfer-refused"
}
