/// Whether events are sent to a webhook.
package enum WebhookState: String, CaseIterable, Codable, Hashable, Sendable {
    /// They are.
    case active
    /// Nothing is sent.
    case disabled
}

/// Why a webhook is disabled.
package enum WebhookDisabledReason: String, CaseIterable, Codable, Hashable, Sendable {
    /// Its merchant said so.
    case asked
    /// The receiver answered 410.
    case gone
    /// Nothing arrived for the whole of the retry schedule.
    case failing
}

/// How far a delivery has come.
package enum WebhookDeliveryState: String, CaseIterable, Codable, Hashable, Sendable {
    /// To be tried, again or for the first time.
    case pending
    /// The receiver answered 2xx.
    case delivered
    /// It is not tried any more.
    case givenUp = "given-up"
}

/// Why no answer of a receiver came.
package enum WebhookDeliveryError: String, CaseIterable, Codable, Hashable, Sendable {
    /// The name has no address.
    case unresolved
    /// The address is not one of the public internet.
    case addressRefused = "address-refused"
    /// No connection, or no trust in its certificate.
    case unreachable
    /// Too slow.
    case timeout
}

/// Where a merchant's software listens.
package struct WebhookRegistration: Codable, Hashable, Sendable {
    /// Where events go.
    package var url: String
    /// Only events of these types; all when absent.
    package var types: [String]?

    /// Creates it from its members.
    package init(url: String, types: [String]? = nil) {
        self.url = url
        self.types = types
    }
}

/// An address that events of a merchant are sent to.
package struct Webhook: Codable, Hashable, Sendable {
    /// The webhook.
    package var id: Identifier
    /// The merchant.
    package var merchantId: Identifier
    /// Where events go.
    package var url: String
    /// Only events of these types; null for all.
    @Nullable package var types: [String]?
    /// Whether events are sent.
    package var state: WebhookState
    /// Why not; null while they are.
    @Nullable package var disabledReason: WebhookDisabledReason?
    /// Since when not; null while they are.
    @Nullable package var disabledAt: Instant?
    /// The first failure since something last arrived; null when nothing failed since.
    @Nullable package var failingSince: Instant?
    /// When it was added.
    package var createdAt: Instant
    /// What events are signed with; only in the answer that makes it.
    package var secret: String?
    /// Until when the secret before signs as well; absent without one.
    package var oldSecretUntilAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        merchantId: Identifier,
        url: String,
        types: [String]?,
        state: WebhookState,
        disabledReason: WebhookDisabledReason?,
        disabledAt: Instant?,
        failingSince: Instant?,
        createdAt: Instant,
        secret: String? = nil,
        oldSecretUntilAt: Instant? = nil
    ) {
        self.id = id
        self.merchantId = merchantId
        self.url = url
        self.types = types
        self.state = state
        self.disabledReason = disabledReason
        self.disabledAt = disabledAt
        self.failingSince = failingSince
        self.createdAt = createdAt
        self.secret = secret
        self.oldSecretUntilAt = oldSecretUntilAt
    }
}

/// One event on its way to one webhook.
package struct WebhookDelivery: Codable, Hashable, Sendable {
    /// The event, as the header `webhook-id` names it.
    package var eventId: Identifier
    /// The number of the event.
    package var nr: Int
    /// What happened.
    package var type: String
    /// How far it has come.
    package var state: WebhookDeliveryState
    /// How often it was tried.
    package var attempts: Int
    /// The status that the receiver answered last; null without an answer.
    @Nullable package var lastStatus: Int?
    /// Why no answer came last; null when one came.
    @Nullable package var lastError: WebhookDeliveryError?
    /// When it was tried last; null before.
    @Nullable package var lastAttemptAt: Instant?
    /// When it is tried next; null when it is not.
    @Nullable package var nextAttemptAt: Instant?

    /// Creates it from its members.
    package init(
        eventId: Identifier,
        nr: Int,
        type: String,
        state: WebhookDeliveryState,
        attempts: Int,
        lastStatus: Int?,
        lastError: WebhookDeliveryError?,
        lastAttemptAt: Instant?,
        nextAttemptAt: Instant?
    ) {
        self.eventId = eventId
        self.nr = nr
        self.type = type
        self.state = state
        self.attempts = attempts
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.lastAttemptAt = lastAttemptAt
        self.nextAttemptAt = nextAttemptAt
    }
}

/// Which events to send again.
package struct WebhookReplayRequest: Codable, Hashable, Sendable {
    /// Those that happened at or after this moment.
    package var fromAt: Instant
    /// And before this one; now when absent.
    package var untilAt: Instant?

    /// Creates it from its members.
    package init(fromAt: Instant, untilAt: Instant? = nil) {
        self.fromAt = fromAt
        self.untilAt = untilAt
    }
}

/// What is sent again.
package struct WebhookReplay: Codable, Hashable, Sendable {
    /// How many events.
    package var count: Int

    /// Creates it from its members.
    package init(count: Int) { self.count = count }
}
