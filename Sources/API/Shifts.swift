/// Whether a shift goes on.
package enum ShiftState: String, CaseIterable, Codable, Hashable, Sendable {
    /// The cashier is at the till.
    case open
    /// It has ended.
    case closed
}

/// A shift to open.
package struct ShiftOpening: Codable, Hashable, Sendable {
    /// The till.
    package var terminalId: Identifier
    /// Whose; the caller's own when absent.
    package var mandateId: Identifier?
    /// Whether the mandate ends with the shift; it stays when absent.
    package var endsRights: Bool?

    /// Creates it from its members.
    package init(terminalId: Identifier, mandateId: Identifier? = nil, endsRights: Bool? = nil) {
        self.terminalId = terminalId
        self.mandateId = mandateId
        self.endsRights = endsRights
    }
}

/// How a shift closes.
package struct ShiftClosure: Codable, Hashable, Sendable {
    /// Whether the mandate ends now; as it was opened when absent.
    package var endsRights: Bool?

    /// Creates it from its members.
    package init(endsRights: Bool? = nil) {
        self.endsRights = endsRights
    }
}

/// A cashier at a till, and what came of it.
package struct Shift: Codable, Hashable, Sendable {
    /// The shift.
    package var id: Identifier
    /// Whether it goes on.
    package var state: ShiftState
    /// The outlet.
    package var shopId: Identifier
    /// The till.
    package var terminalId: Identifier
    /// Under which the cashier works.
    package var mandateId: Identifier
    /// The cashier.
    package var cashierId: Identifier
    /// Whether the mandate ends, or ended, with it.
    package var endsRights: Bool
    /// When it was opened.
    package var openedAt: Instant
    /// When it was closed; null before.
    @Nullable package var closedAt: Instant?
    /// Paid of what was asked in it.
    package var takings: SignedAmount
    /// How many payments that are.
    package var takingsCount: Int
    /// Given back in it, below zero.
    package var refunds: SignedAmount
    /// How many refunds that are.
    package var refundsCount: Int

    /// Creates it from its members.
    package init(
        id: Identifier,
        state: ShiftState,
        shopId: Identifier,
        terminalId: Identifier,
        mandateId: Identifier,
        cashierId: Identifier,
        endsRights: Bool,
        openedAt: Instant,
        closedAt: Instant?,
        takings: SignedAmount,
        takingsCount: Int,
        refunds: SignedAmount,
        refundsCount: Int
    ) {
        self.id = id
        self.state = state
        self.shopId = shopId
        self.terminalId = terminalId
        self.mandateId = mandateId
        self.cashierId = cashierId
        self.endsRights = endsRights
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.takings = takings
        self.takingsCount = takingsCount
        self.refunds = refunds
        self.refundsCount = refundsCount
    }
}
