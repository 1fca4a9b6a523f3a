import API
import FoundationEssentials
import Logging
import Postgres
import ServiceKit

/// Keeps the secrets of webhooks where the database alone cannot read them.
struct WebhookSecrets: Sendable {
    let keys: DataKeys

    func seal(_ secret: WebhookSecret, of webhook: UUID, _ community: UUID) throws -> [UInt8] {
        let place = Self.place(of: webhook, community)
        return try keys.seal(secret.bytes, purpose: .webhook, of: place)
    }

    /// Throws `DataKeys.Failure`.
    func open(_ sealed: [UInt8], of webhook: UUID, _ community: UUID) throws -> WebhookSecret {
        let place = Self.place(of: webhook, community)
        return WebhookSecret(bytes: try keys.open(sealed, purpose: .webhook, of: place))
    }

    private static func place(of webhook: UUID, _ community: UUID) -> String {
        "webhook/\(Identifier(community))/\(Identifier(webhook))"
    }
}

/// Seals secrets anew that stand under a retired key, so that the key can go.
struct ResealSecrets: Sendable {
    let database: Database
    let secrets: WebhookSecrets
    let logger: Logger

    func callAsFunction() async throws {
        let sealAnew = SealAnew("webhook secrets", in: database, logger, id: \.webhook) {
            after,
            limit,
            connection in
            try WebhookQueries.sealedSecrets(
                connection.query(
                    WebhookQueries.sealed(
                        underOtherThan: secrets.keys.currentID,
                        after: after,
                        limit: limit
                    )
                )
            )
        } seal: { row, connection in
            let current = try anew(row.current, row)
            let old = try row.old.map { try anew($0, row) }
            try connection.execute(WebhookQueries.reseal(row, as: current, old: old))
        }
        try await sealAnew()
    }

    private func anew(_ sealed: [UInt8], _ row: WebhookQueries.SealedSecrets) throws -> [UInt8] {
        let secret = try secrets.open(sealed, of: row.webhook, row.community)
        return try secrets.seal(secret, of: row.webhook, row.community)
    }
}
