import API
import Domain
import FoundationEssentials
import Geometry
import Postgres
import ServiceKit

/// SQL about policies and geofences, which the accounts service owns.
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
            SELECT version, geofence, rules, valid_from FROM accounts.locality_policy
             WHERE community_id = \(community) AND coin = \(coin)
               AND version >= coalesce(
                   (SELECT max(p.version) FROM accounts.locality_policy p
                     WHERE p.community_id = \(community) AND p.coin = \(coin)
                       AND p.valid_from <= \(since)), 0)
             ORDER BY version DESC
            """
        ).map { row in
            let (version, geofence, rules, validFrom) = try row.decode(
                Int32.self,
                String?.self,
                String.self,
                Timestamp.self
            )
            return LocalityVersions.PolicyVersion(
                version: Int(version),
                geofence: geofence,
                rules: try StoredJSON.decode(rules, as: [API.LocalityRule].self)
                    .map { Domain.LocalityRule($0) },
                validFrom: Instant(validFrom)
            )
        }
        let names = Set(policies.compactMap(\.geofence)).sorted()
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
                name: name,
                version: Int(version),
                area: try Geometry.Geofence(canonicalGeoJSON: area),
                validFrom: Instant(validFrom)
            )
        }
        return LocalityVersions(policies: policies, geofences: geofences)
    }

    /// The versions that are in force in the database's own view; `nil` where there is none.
    static func versionsInForce(
        of coin: String,
        _ community: UUID,
        at moment: Instant,
        _ connection: Connection
    ) throws -> (policy: Int?, geofence: Int?) {
        let row = try connection.query(
            """
            SELECT p.version,
                   (SELECT max(g.version) FROM accounts.geofence g
                     WHERE g.community_id = \(community) AND g.name = p.geofence
                       AND g.valid_from <= \(Timestamp(moment)))
              FROM accounts.locality_policy p
             WHERE p.community_id = \(community) AND p.coin = \(coin)
               AND p.valid_from <= \(Timestamp(moment))
             ORDER BY p.version DESC LIMIT 1
            """
        ).first
        guard let row else { return (nil, nil) }
        let (policy, geofence) = try row.decode(Int32.self, Int32?.self)
        return (Int(policy), geofence.map { Int($0) })
    }
}
