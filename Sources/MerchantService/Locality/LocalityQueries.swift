import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// SQL about policies and geofences, which the accounts and the disbursement service own.
enum LocalityQueries {
    /// What is in force now or may come into force; what has ended is not needed again.
    static func versions(
        of coin: String,
        _ community: UUID,
        at moment: Instant,
        _ connection: Connection
    ) throws -> LocalityVersions {
        // Requests that began a little earlier must find theirs too.
        let since = Timestamp(microseconds: moment.microseconds - 300_000_000)
        let policies = try connection.query(
            """
            SELECT version, coalesce(geofences, array_remove(ARRAY[geofence], NULL)), rules,
                   allows_distance_selling, valid_from
              FROM accounts.locality_policy
             WHERE community_id = \(community) AND coin = \(coin)
               AND version >= coalesce(
                   (SELECT max(p.version) FROM accounts.locality_policy p
                     WHERE p.community_id = \(community) AND p.coin = \(coin)
                       AND p.valid_from <= \(since)), 0)
             ORDER BY version DESC
            """
        ).map { row in
            let (version, geofences, rules, distanceSelling, validFrom) = try row.decode(
                Int32.self,
                [String].self,
                String.self,
                Bool.self,
                Timestamp.self
            )
            return try policy(version, geofences, rules, distanceSelling, validFrom)
        }
        let programmes = try programmes(of: coin, community, since: since, connection)
        let names = Set((policies + programmes.flatMap(\.policies)).flatMap(\.geofences)).sorted()
        let geofences = try connection.query(
            """
            SELECT g.name, g.version, g.area, g.valid_from FROM accounts.geofence g
             WHERE g.community_id = \(community) AND g.name = ANY (\(names))
               AND g.version >= coalesce(
                   (SELECT max(v.version) FROM accounts.geofence v
                     WHERE v.community_id = \(community) AND v.name = g.name
                       AND v.valid_from <= \(since)), 0)
             ORDER BY g.version DESC
            """
        ).map { row in
            let (name, version, area, validFrom) = try row.decode(
                String.self,
                Int32.self,
                String.self,
                Timestamp.self
            )
            return LocalityVersions.GeofenceVersion(
                reference: GeofenceReference(name: name, version: Int(version)),
                area: area,
                validFrom: Instant(validFrom)
            )
        }
        return LocalityVersions(policies: policies, programmes: programmes, geofences: geofences)
    }

    private static func programmes(
        of coin: String,
        _ community: UUID,
        since: Timestamp,
        _ connection: Connection
    ) throws -> [(id: Identifier, policies: [LocalityVersions.PolicyVersion])] {
        let rows = try connection.query(
            """
            SELECT l.programme_id, l.version, l.geofences, l.rules, l.allows_distance_selling,
                   l.valid_from
              FROM disbursement.programme_locality_policy l
             WHERE l.community_id = \(community) AND l.coin = \(coin)
               AND l.version >= coalesce(
                   (SELECT max(p.version) FROM disbursement.programme_locality_policy p
                     WHERE p.community_id = \(community) AND p.programme_id = l.programme_id
                       AND p.valid_from <= \(since)), 0)
             ORDER BY l.programme_id, l.version DESC
            """
        )
        var programmes: [(id: Identifier, policies: [LocalityVersions.PolicyVersion])] = []
        for row in rows {
            let (id, version, geofences, rules, distanceSelling, validFrom) = try row.decode(
                UUID.self,
                Int32.self,
                [String].self,
                String.self,
                Bool.self,
                Timestamp.self
            )
            let programme = Identifier(id)
            if programmes.last?.id != programme { programmes.append((programme, [])) }
            programmes[programmes.count - 1].policies.append(
                try policy(version, geofences, rules, distanceSelling, validFrom)
            )
        }
        return programmes
    }

    private static func policy(
        _ version: Int32,
        _ geofences: [String],
        _ rules: String,
        _ distanceSelling: Bool,
        _ validFrom: Timestamp
    ) throws -> LocalityVersions.PolicyVersion {
        LocalityVersions.PolicyVersion(
            version: Int(version),
            geofences: geofences,
            rules: try StoredJSON.decode(rules, as: [API.LocalityRule].self)
                .map { Domain.LocalityRule($0) },
            distanceSelling: distanceSelling,
            validFrom: Instant(validFrom)
        )
    }

    /// The newest of the verdicts that refused a payment.
    static func lastRefusal(of payment: UUID, _ community: UUID) -> SQL {
        """
        SELECT verdict FROM merchant.locality_refusal
         WHERE community_id = \(community) AND payment_id = \(payment)
         ORDER BY id DESC LIMIT 1
        """
    }

    @Sendable static func verdict(_ rows: Rows) throws -> API.LocalityVerdict? {
        try rows.first.map { try StoredJSON.decode(try $0.decode(String.self)) }
    }
}
