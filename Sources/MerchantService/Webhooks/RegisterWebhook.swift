import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A merchant's software wants to hear of events, from now on.
struct RegisterWebhook: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant
    let secrets: WebhookSecrets
    let post: OutboundPost

    /// Each is sent every event, so there are few.
    static let mostInUse: Int64 = 5

    static let tooMany = Problem(
        .tooManyWebhooks,
        "A merchant has at most \(mostInUse) webhooks in use."
    )

    /// The webhook with its secret.
    func callAsFunction(
        _ registration: WebhookRegistration,
        _ connection: Connection
    ) throws -> Webhook {
        guard try MerchantQueries.account(of: caller.party, community, connection) != nil else {
            throw Problem(.unknownMerchant, "Only a merchant has webhooks.")
        }
        guard let address = OutboundAddress(registration.url), post.accepts(address) else {
            throw Problem(
                .webhookUrlRefused,
                "Events go to https addresses on the public internet only."
            )
        }
        let inUse = try WebhookQueries.countInUse(of: caller.party, community, connection)
        guard inUse < Self.mostInUse else { throw Self.tooMany }
        let secret = WebhookSecret.make()
        var webhook = Webhook(
            id: Identifier(id),
            merchantId: Identifier(caller.party),
            url: address.text,
            types: registration.types,
            state: .active,
            disabledReason: nil,
            disabledAt: nil,
            failingSince: nil,
            createdAt: now
        )
        try WebhookQueries.insert(
            webhook,
            community,
            by: caller.client,
            sealed: secrets.seal(secret, of: id, community),
            connection
        )
        webhook.secret = secret.text
        return webhook
    }
}
