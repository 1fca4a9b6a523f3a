import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of where the money of programmes may be spent.
enum ProgrammePolicyQueries {
    /// The coin of a programme, which stands still so that versions follow one another; `nil` when
    /// the community has no such programme.
    static func lockedCoin(
        of programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> String? {
        try connection.query(
            """
            SELECT coin FROM disbursement.programme
             WHERE community_id = \(community) AND id = \(programme) FOR UPDATE
            """
        ).first.map { try $0.decode(String.self) }
    }

    /// How many of the names have an area in force at a moment.
    static func inForce(
        _ names: [String],
        at moment: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Int {
        let known = try connection.query(
            """
            SELECT count(DISTINCT name) FROM accounts.geofence
             WHERE community_id = \(community) AND name = ANY (\(names))
               AND valid_from <= \(Timestamp(moment))
            """
        ).one().decode(Int64.self)
        return Int(known)
    }

    static func insert(
        _ policy: ProgrammeLocalityPolicy,
        coin: String,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.programme_locality_policy (
            community_id, programme_id, version, coin, geofences, rules,
            allows_distance_selling, valid_from, created_at)
        VALUES (\(community), \(policy.programmeId.uuid), \(Int32(policy.version)), \(coin),
                \(policy.geofences), \(WireJSON.text(policy.rules)), \(policy.distanceSelling),
                \(Timestamp(policy.validFromAt)), \(Timestamp(policy.createdAt)))
        """
    }

    static let versions = ProgrammeVersions(
        path: "locality-policies",
        audited: .localityPolicy,
        list: list,
        decode: decode
    )

    /// Newest first.
    @Sendable static func list(
        of programme: UUID,
        _ community: UUID,
        before version: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT programme_id, version, geofences, rules, allows_distance_selling, valid_from,
               created_at
          FROM disbursement.programme_locality_policy
         WHERE community_id = \(community) AND programme_id = \(programme)
           AND (\(version) IS NULL OR version < \(version))
         ORDER BY version DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> ProgrammeLocalityPolicy {
        let (
            programme, version, geofences, rules, distanceSelling, validFrom, createdAt
        ) = try row.decode(
            UUID.self,
            Int32.self,
            [String].self,
            String.self,
            Bool.self,
            Timestamp.self,
            Timestamp.self
        )
        return ProgrammeLocalityPolicy(
            programmeId: Identifier(programme),
            version: Int(version),
            geofences: geofences,
            rules: try StoredJSON.decode(rules),
            distanceSelling: distanceSelling,
            validFromAt: Instant(validFrom),
            createdAt: Instant(createdAt)
        )
    }
}
