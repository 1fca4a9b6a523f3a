/// Why a shop is suspended, or no longer.
package struct ShopSuspensionOrder: Codable, Hashable, Sendable {
    /// For the shopkeeper and those who look later; no names of people.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}

/// A time in which nothing could be paid in a shop.
package struct ShopSuspension: Codable, Hashable, Sendable {
    /// The suspension.
    package var id: Identifier
    /// The shop.
    package var shopId: Identifier
    /// Why it was suspended.
    package var reason: String
    /// From when.
    package var suspendedAt: Instant
    /// Why it was lifted; null before.
    @Nullable package var liftReason: String?
    /// When it was lifted; null before.
    @Nullable package var liftedAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        shopId: Identifier,
        reason: String,
        suspendedAt: Instant,
        liftReason: String?,
        liftedAt: Instant?
    ) {
        self.id = id
        self.shopId = shopId
        self.reason = reason
        self.suspendedAt = suspendedAt
        self.liftReason = liftReason
        self.liftedAt = liftedAt
    }
}
