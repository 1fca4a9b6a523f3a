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

    private static let mostAtOnce = 200

    func callAsFunction() async throws {
        var (after, resealed): (UUID?, Int) = (nil, 0)
        repeat {
            let last = after
            let (next, count) = try await Tenant.acrossCommunities {
                try await database.transaction { try resealNext(after: last, $0) }
            }
            after = next
            resealed += count
        } while after != nil
        if resealed > 0 {
            logger.info("webhook secrets sealed anew", metadata: ["count": "\(resealed)"])
        }
    }

    /// The webhook to go on after, and how many were done.
    private func resealNext(
        after: UUID?,
        _ connection: Connection
    ) throws -> (next: UUID?, count: Int) {
        let due = try WebhookQueries.sealedSecrets(
            connection.query(
                WebhookQueries.sealed(
                    underOtherThan: secrets.keys.currentID,
                    after: after,
                    limit: Self.mostAtOnce
                )
            )
        )
        var count = 0
        for row in due {
            do {
                let current = try anew(row.current, row)
                let old = try row.old.map { try anew($0, row) }
                try connection.execute(WebhookQueries.reseal(row, as: current, old: old))
                count += 1
            } catch let failure as DataKeys.Failure {
                logger.error(
                    "a secret of a webhook does not open",
                    metadata: ["reason": "\(failure)"]
                )
            }
        }
        return (due.count == Self.mostAtOnce ? due.last?.webhook : nil, count)
    }

    private func anew(_ sealed: [UInt8], _ row: WebhookQueries.SealedSecrets) throws -> [UInt8] {
        let secret = try secrets.open(sealed, of: row.webhook, row.community)
        return try secrets.seal(secret, of: row.webhook, row.community)
    }
}
