import API
import Domain
import FoundationEssentials
import Geometry
import Postgres
import ServiceKit
import Synchronization

/// Policies and prepared geofences of the communities, held in memory.
///
/// A check costs microseconds and no round trip. Entries are read anew when a change is announced
/// and after half a minute at the latest; what a verdict used is compared with the database again
/// when the money moves.
final class LocalityBook: Sendable {
    /// Announcements of the accounts and the disbursement service; the payload is the community's id.
    static let channels = [
        "accounts_geofence", "accounts_locality_policy", "disbursement_locality_policy",
    ]

    /// A coin's rules at a moment, with the area they ask about.
    struct Page: Sendable {
        let policy: Domain.LocalityPolicy
        /// Of all geofences together.
        let geofence: Geometry.Geofence?
        let geofences: [GeofenceReference]
        /// Those of the coin's programmes that have rules of their own.
        var programmes: [Programme] = []

        /// Whether the place of the wallet's previous payment must be looked up.
        var needsTravel: Bool {
            policy.needsTravel || programmes.contains { $0.page.policy.needsTravel }
        }
    }

    /// The rules of a programme at a moment.
    struct Programme: Sendable {
        let id: Identifier
        /// Without programmes.
        let page: Page
    }

    private struct Key: Hashable {
        let community: UUID
        let coin: String
    }

    private struct Entry: Sendable {
        let versions: LocalityVersions
        let readAt: Int64
    }

    private static let longestMicroseconds: Int64 = 30_000_000
    // A community has a few coins; beyond that many the memory starts anew.
    private static let mostEntries = 1024

    private let database: Database
    private let clock: Clock
    private let entries = Mutex<[Key: Entry]>([:])

    init(database: Database, clock: Clock) {
        self.database = database
        self.clock = clock
    }

    /// The policy in force at a moment; `nil` when the coin has none.
    func page(of coin: String, community: UUID, at moment: Instant) async throws -> Page? {
        let key = Key(community: community, coin: coin)
        let now = clock.now().microseconds
        if let known = entries.withLock({ $0[key] }), known.readAt + Self.longestMicroseconds > now
        {
            return try known.versions.page(at: moment)
        }
        // Whoever asks about a moment to come must not push out what is in force now.
        let since = min(now, moment.microseconds)
        let versions = try await database.transaction { connection in
            try LocalityQueries.versions(
                of: coin,
                community,
                at: Instant(microseconds: since),
                connection
            )
        }
        entries.withLock { entries in
            if entries.count >= Self.mostEntries { entries.removeAll() }
            entries[key] = Entry(versions: versions, readAt: now)
        }
        return try versions.page(at: moment)
    }

    /// Forgets a community's entries, or all.
    func forget(_ community: UUID?) {
        entries.withLock { entries in
            guard let community else { return entries.removeAll() }
            entries = entries.filter { $0.key.community != community }
        }
    }
}
