import API
import FoundationEssentials
import Postgres
import Synchronization

/// Whose tokens are refused before they expire, held in memory: a check costs a look-up.
///
/// What was read last goes on counting while the database is away; nobody can revoke meanwhile,
/// because that is written there as well.
final class RevokedClients: Sendable {
    /// The channel on which the table says that it has grown.
    static let channel = "accounts_revocation"
    /// How long it may take until a revocation counts of which nothing was heard.
    static let longestUnheard: Duration = .seconds(2)
    // A hundred thousand take some 10 MB. Of more, all within ten minutes, the earliest are left out.
    private static let most = 100_000

    private struct State {
        var tokensBefore: [UUID: Timestamp] = [:]
        var readAt: Int64 = 0
    }

    private let state = Mutex(State())

    /// Whether a token of the client, or under the mandate, is refused.
    func refuses(_ client: UUID, tokenIssuedAt moment: Instant) -> Bool {
        state.withLock { state in
            state.tokensBefore[client].map { Timestamp(moment) < $0 } ?? false
        }
    }

    /// Reads anew what counts; throws what the database throws, and keeps what was known then.
    func read(from database: Database, clock: Clock) async throws {
        let now = clock.now()
        // What a token of an earlier moment was refused by has outlived it.
        let since = now.microseconds - Int64(AccessToken.lifetime) * 1_000_000
        let read = try await database.query(
            """
            SELECT id, max(tokens_before)
              FROM (SELECT client_id AS id, tokens_before FROM accounts.revocation
                     WHERE tokens_before > \(Timestamp(microseconds: since))
                    UNION ALL
                    -- A token request that saw the mandate in force is answered within a minute.
                    SELECT id, revoked_at + interval '1 minute' FROM accounts.mandate
                     WHERE revoked_at > \(Timestamp(microseconds: since)) - interval '1 minute'
                   ) AS ended
             GROUP BY id ORDER BY max(tokens_before) DESC LIMIT \(Self.most)
            """
        ) { try $0.map { try $0.decode(UUID.self, Timestamp.self) } }
        replace(by: Dictionary(uniqueKeysWithValues: read), readAt: now)
    }

    /// Forgets what counted and takes this: of each client, the moment before which its tokens
    /// count for nothing.
    func replace(by tokensBefore: [UUID: Timestamp], readAt: Instant) {
        state.withLock { $0 = State(tokensBefore: tokensBefore, readAt: readAt.microseconds) }
    }

    /// What a scraper may know.
    var metrics: [Metric] {
        let (count, readAt) = state.withLock { ($0.tokensBefore.count, $0.readAt) }
        return [
            Metric("wijkmunt_revoked_clients", .gauge, count),
            Metric("wijkmunt_revocations_read_at_seconds", .gauge, readAt / 1_000_000),
        ]
    }
}
