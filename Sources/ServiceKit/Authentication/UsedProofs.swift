import API
import Crypto
import FoundationEssentials
import Logging
package import Postgres

/// Remembers proofs until their time is over, in the database: all instances of a service refuse
/// what one of them has taken.
package struct UsedProofs: Sendable {
    private let database: Database
    private let schema: String

    /// Rows of one statement, so that none holds locks for long.
    private static let mostAtOnce = 10_000
    private static let sweepInterval: Duration = .seconds(60)
    /// For clocks of instances that differ, in seconds.
    private static let margin: Int64 = 60

    /// Of the service that owns the schema, a constant of the service.
    package init(database: Database, schema: String) {
        self.database = database
        self.schema = schema
    }

    /// Whether nobody used the proof before. Throws `PostgresError`.
    ///
    /// The commit does not wait for the disk: what a crash of the database takes back is a fraction
    /// of a second in which a proof could be repeated, and an act that is repeated has its key
    /// (decision 0015).
    func isFirstUse(of proof: ProofOfPossession, in community: UUID) async throws -> Bool {
        let name = "\(proof.thumbprint).\(proof.claims.jti)"
        let hash = [UInt8](SHA256.hash(data: Array(name.utf8)))
        let until = Int64(proof.claims.iat) + ProofOfPossession.longestAge + Self.margin
        // Nobody has been let in yet, so the task has no tenant.
        let added = try await Tenant.community(community).perform {
            try await database.execute(
                """
                INSERT INTO \(rawSQL: schema).used_proof (community_id, proof_hash, expires_at)
                SELECT \(community), \(hash), \(Timestamp(microseconds: until * 1_000_000))
                  FROM set_config('synchronous_commit', 'off', true)
                ON CONFLICT DO NOTHING
                """
            )
        }
        return added == 1
    }

    /// The worker that forgets those that are refused by their age anyway.
    func sweeper(logger: Logger) -> WorkLoop {
        WorkLoop(interval: Self.sweepInterval, logger: logger, work: { try await sweep() })
    }

    private func sweep() async throws {
        var removed = Self.mostAtOnce
        while removed == Self.mostAtOnce {
            try Task.checkCancellation()
            removed = try await Tenant.acrossCommunities {
                try await database.execute(
                    """
                    DELETE FROM \(rawSQL: schema).used_proof WHERE ctid = ANY (ARRAY(
                        SELECT ctid FROM \(rawSQL: schema).used_proof
                         WHERE expires_at < clock_timestamp() LIMIT \(Self.mostAtOnce)))
                    """
                )
            }
        }
    }
}
