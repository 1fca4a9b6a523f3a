/// Something that happened at a merchant; the body of a webhook and the data of a stream.
package struct MerchantEvent: Codable, Hashable, Sendable {
    /// The event, as the header `webhook-id` names it.
    package var id: Identifier
    /// What happened, such as `payment.accepted`.
    package var type: String
    /// When.
    package var timestamp: Instant
    /// To what.
    package var data: MerchantEventData

    /// Creates it from its members.
    package init(id: Identifier, type: String, timestamp: Instant, data: MerchantEventData) {
        self.id = id
        self.type = type
        self.timestamp = timestamp
        self.data = data
    }
}

/// What an event is about. Nothing of the payer stands here.
package struct MerchantEventData: Codable, Hashable, Sendable {
    /// Counts the events of a merchant without gaps.
    package var nr: Int
    /// The merchant.
    package var merchantId: Identifier
    /// The payment, redemption or webhook that it is about.
    package var subjectId: Identifier
    /// What was made or changed; of a refund its own id, otherwise the subject.
    package var objectId: Identifier
    /// The shop; absent where there is none.
    package var shopId: Identifier?
    /// The till; absent where there is none.
    package var terminalId: Identifier?
    /// How much; absent where nothing moves.
    package var amount: Amount?

    /// Creates it from its members.
    package init(
        nr: Int,
        merchantId: Identifier,
        subjectId: Identifier,
        objectId: Identifier,
        shopId: Identifier?,
        terminalId: Identifier?,
        amount: Amount?
    ) {
        self.nr = nr
        self.merchantId = merchantId
        self.subjectId = subjectId
        self.objectId = objectId
        self.shopId = shopId
        self.terminalId = terminalId
        self.amount = amount
    }
}

/// Where a stream of events begins.
package struct EventStreamStart: Codable, Hashable, Sendable {
    /// The number of the last event before.
    package var nr: Int

    /// Creates it from its members.
    package init(nr: Int) { self.nr = nr }
}
