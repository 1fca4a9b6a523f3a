import API
import Crypto
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// `/webhooks`: where a merchant's software hears of events.
struct WebhookRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency
    let secrets: WebhookSecrets
    let post: OutboundPost

    func add(to routes: Routes) {
        routes.on(.registerWebhook, registerWebhook)
        routes.on(.listWebhooks, listWebhooks)
        routes.on(.getWebhook, getWebhook)
        routes.on(.listWebhookDeliveries, listWebhookDeliveries)
        routes.on(.rotateWebhookSecret, rotateWebhookSecret)
        routes.on(.disableWebhook, disableWebhook)
        routes.on(.enableWebhook, enableWebhook)
        routes.on(.replayWebhook, replayWebhook)
    }

    @Sendable private func registerWebhook(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(WebhookRegistration.self)
        let register = RegisterWebhook(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now(),
            secrets: secrets,
            post: post
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let webhook = try register(body.value, connection)
            try call.record(webhook.auditEntry(), connection)
            return .created(webhook, at: "/v1/webhooks/\(webhook.id)")
        }
    }

    @Sendable private func listWebhooks(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            WebhookQueries.list(
                of: call.caller.party,
                try call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            WebhookQueries.webhooks
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getWebhook(_ call: Call<Caller>) async throws -> Reply {
        .json(try await webhook(of: call))
    }

    @Sendable private func listWebhookDeliveries(_ call: Call<Caller>) async throws -> Reply {
        let (webhook, limit) = (try await webhook(of: call), call.limit)
        let read = try await database.query(
            DeliveryQueries.list(
                of: webhook.id.uuid,
                try call.caller.requireCommunity(),
                before: try Cursor.number(of: call),
                limit: limit
            ),
            DeliveryQueries.deliveries
        )
        let page = Cursor.page(read, limit: limit, next: { String($0.nr) })
        return .page(page, of: call.request.uri)
    }

    @Sendable private func rotateWebhookSecret(_ call: Call<Caller>) async throws -> Reply {
        try await change(call) { webhook, community, connection in
            let secret = WebhookSecret.make()
            try connection.execute(
                WebhookQueries.rotate(
                    webhook,
                    community,
                    sealed: secrets.seal(secret, of: webhook, community)
                )
            )
            return secret
        }
    }

    @Sendable private func disableWebhook(_ call: Call<Caller>) async throws -> Reply {
        try await change(call) { webhook, community, connection in
            _ = try connection.query(WebhookQueries.disable(webhook, community, .asked))
            return nil
        }
    }

    @Sendable private func enableWebhook(_ call: Call<Caller>) async throws -> Reply {
        let merchant = call.caller.party
        return try await change(call) { webhook, community, connection in
            let inUse = try WebhookQueries.countInUse(of: merchant, community, connection)
            let found = try WebhookQueries.webhooks(
                connection.query(WebhookQueries.find(webhook, of: merchant, community))
            )
            if found.first?.state == .active { return nil }
            guard inUse < RegisterWebhook.mostInUse else { throw RegisterWebhook.tooMany }
            try connection.execute(WebhookQueries.enable(webhook, community))
            return nil
        }
    }

    @Sendable private func replayWebhook(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(WebhookReplayRequest.self)
        let community = try call.caller.requireCommunity()
        let (id, merchant) = (try call.id("webhookId"), call.caller.party)
        let until = body.value.untilAt ?? call.clock.now()
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let webhook = try Self.find(id, of: merchant, community, connection)
            guard webhook.state == .active else {
                throw Problem(.webhookDisabled, "Enable the webhook first.")
            }
            let count = try connection.execute(
                DeliveryQueries.replay(
                    webhook,
                    community,
                    from: body.value.fromAt,
                    until: until
                )
            )
            _ = try connection.query(DeliveryQueries.wake(merchant))
            try call.record(webhook.auditEntry(), connection)
            return .json(WebhookReplay(count: count), status: .created)
        }
    }

    /// Does something to the caller's own webhook, once per key; answers it as it is then, with a
    /// new secret where there is one.
    private func change(
        _ call: Call<Caller>,
        _ act: @escaping @Sendable (UUID, UUID, Connection) throws -> WebhookSecret?
    ) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let (id, merchant) = (try call.id("webhookId"), call.caller.party)
        let fingerprint = call.bodilessFingerprint
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let before = try Self.find(id, of: merchant, community, connection)
            let secret = try act(id, community, connection)
            var after = try Self.find(id, of: merchant, community, connection)
            try call.record(after.auditEntry(from: before), connection)
            after.secret = secret?.text
            return .json(after, status: .created)
        }
    }

    private static func find(
        _ id: UUID,
        of merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Webhook {
        let found = try WebhookQueries.webhooks(
            connection.query(WebhookQueries.find(id, of: merchant, community))
        )
        guard let webhook = found.first else { throw Problem.notFound("webhook") }
        return webhook
    }

    private func webhook(of call: Call<Caller>) async throws -> Webhook {
        let found = try await database.query(
            WebhookQueries.find(
                try call.id("webhookId"),
                of: call.caller.party,
                try call.caller.requireCommunity()
            ),
            WebhookQueries.webhooks
        )
        guard let webhook = found.first else { throw Problem.notFound("webhook") }
        return webhook
    }
}

extension Call where Who == Caller {
    /// Without a body the path is the whole request.
    fileprivate var bodilessFingerprint: [UInt8] {
        Array(SHA256.hash(data: Array(request.uri.path.utf8)))
    }
}

extension Webhook {
    /// That something about it changed. Of its address only the host is kept: a path may be secret.
    fileprivate func auditEntry(from before: Webhook? = nil) -> AuditEntry {
        AuditEntry(.webhook, id, from: before?.auditValues, to: auditValues)
    }

    private var auditValues: [String: AuditValue] {
        [
            "merchantId": .id(merchantId), "host": .text(OutboundAddress(url)?.host ?? ""),
            "state": .text(state.rawValue),
        ]
    }
}
