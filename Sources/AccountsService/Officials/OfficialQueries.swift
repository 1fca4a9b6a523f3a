import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of officials who log in at their institution.
enum OfficialQueries {
    /// Two first logins of one subject come one after the other.
    static func lock(_ assertion: ProviderAssertion) -> SQL {
        let name = "\(assertion.provider.settings.issuer) \(assertion.subject)"
        return "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 20))"
    }

    /// Marks an assertion as used; touches no row when it was used before.
    static func use(_ assertion: ProviderAssertion) -> SQL {
        let until = assertion.expiresAt + 2 * ProviderAssertion.clockTolerance
        return """
            INSERT INTO accounts.used_assertion (client_id, jti, expires_at)
            VALUES (\(assertion.provider.settings.issuer), \(assertion.digest),
                    \(Timestamp(microseconds: Int64(until * 1e6))))
            ON CONFLICT DO NOTHING
            """
    }

    static func client(_ assertion: ProviderAssertion) -> SQL {
        let settings = assertion.provider.settings
        return """
            SELECT client.id, client.revoked_at IS NOT NULL
              FROM accounts.official JOIN accounts.client
                ON client.community_id = official.community_id AND client.id = official.client_id
             WHERE official.community_id = \(settings.communityId.uuid)
               AND official.issuer = \(settings.issuer)
               AND official.subject = \(assertion.subject)
            """
    }

    static func known(_ rows: Rows) throws -> (id: UUID, isRevoked: Bool)? {
        try rows.first.map { row in
            let (id, isRevoked) = try row.decode(UUID.self, Bool.self)
            return (id, isRevoked)
        }
    }

    static func update(_ id: UUID, _ assertion: ProviderAssertion, _ roles: [Role]) -> SQL {
        let names = roles.map(\.rawValue)
        return """
            UPDATE accounts.client SET name = \(assertion.name), roles = \(names)
             WHERE community_id = \(assertion.provider.settings.communityId.uuid) AND id = \(id)
               AND (name <> \(assertion.name) OR roles <> \(names))
            """
    }

    static func insertClient(
        _ id: UUID,
        _ assertion: ProviderAssertion,
        _ roles: [Role],
        at now: Instant
    ) -> SQL {
        let settings = assertion.provider.settings
        return """
            INSERT INTO accounts.client (community_id, id, party_id, name, kind, roles,
                                         public_key_kind, created_at)
            VALUES (\(settings.communityId.uuid), \(id), \(settings.partyId.uuid),
                    \(assertion.name), \(ClientKind.official.rawValue), \(roles.map(\.rawValue)),
                    'none', \(Timestamp(now)))
            """
    }

    static func insert(_ id: UUID, _ assertion: ProviderAssertion, at now: Instant) -> SQL {
        let settings = assertion.provider.settings
        return """
            INSERT INTO accounts.official (community_id, issuer, subject, client_id, created_at)
            VALUES (\(settings.communityId.uuid), \(settings.issuer), \(assertion.subject), \(id),
                    \(Timestamp(now)))
            """
    }
}
