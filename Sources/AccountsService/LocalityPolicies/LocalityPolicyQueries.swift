import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of locality policies.
enum LocalityPolicyQueries {
    /// Throws 404 unless the community has the coin.
    static func requireCoin(_ code: String, community: UUID, _ connection: Connection) throws {
        let found = try connection.query(
            "SELECT 1 FROM accounts.coin WHERE community_id = \(community) AND code = \(code)"
        )
        guard !found.isEmpty else { throw Problem.notFound("coin") }
    }

    /// The next version of a coin's policy; whoever asks at the same time waits for the commit.
    static func nextVersion(
        of coin: String,
        community: UUID,
        _ connection: Connection
    ) throws -> Int {
        let lock = "locality-policy/\(Identifier(community))/\(coin)"
        _ = try connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(lock), 0))")
        let version = try connection.query(
            """
            SELECT coalesce(max(version), 0) + 1 FROM accounts.locality_policy
             WHERE community_id = \(community) AND coin = \(coin)
            """
        ).one().decode(Int32.self)
        return Int(version)
    }

    static func insert(_ policy: LocalityPolicy, community: UUID) -> SQL {
        """
        INSERT INTO accounts.locality_policy (community_id, coin, version, geofence, geofences,
                                              rules, allows_distance_selling, valid_from,
                                              created_at)
        VALUES (\(community), \(policy.coin), \(Int32(policy.version)), \(policy.geofence),
                \(policy.geofences.count > 1 ? policy.geofences : nil),
                \(WireJSON.text(policy.rules)), \(policy.distanceSelling),
                \(Timestamp(policy.validFromAt)), \(Timestamp(policy.createdAt)))
        """
    }

    static func page(
        of coin: String,
        community: UUID,
        before version: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT coin, version, coalesce(geofences, array_remove(ARRAY[geofence], NULL)), rules,
               allows_distance_selling, valid_from, created_at
          FROM accounts.locality_policy
         WHERE community_id = \(community) AND coin = \(coin)
           AND (\(version) IS NULL OR version < \(version))
         ORDER BY version DESC LIMIT \(limit + 1)
        """
    }

    static func policies(_ rows: Rows) throws -> [LocalityPolicy] {
        try rows.map { row in
            let (
                coin, version, geofences, rules, distanceSelling, validFrom, createdAt
            ) = try row.decode(
                String.self,
                Int32.self,
                [String].self,
                String.self,
                Bool.self,
                Timestamp.self,
                Timestamp.self
            )
            return LocalityPolicy(
                coin: coin,
                version: Int(version),
                geofences: geofences,
                rules: try self.rules(rules),
                distanceSelling: distanceSelling,
                validFromAt: Instant(validFrom),
                createdAt: Instant(createdAt)
            )
        }
    }

    /// Rules as they are stored: the API's JSON.
    static func rules(_ text: String) throws -> [LocalityRule] {
        try JSONDecoder().decode([LocalityRule].self, from: Data(text.utf8))
    }
}
