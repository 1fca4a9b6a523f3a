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
    /// Announcements of the accounts service; the payload is the community's id.
    static let channels = ["accounts_geofence", "accounts_locality_policy"]

    /// A coin's rules at a moment, with the geofence they ask about.
    struct Page: Sendable {
        let policy: Domain.LocalityPolicy
        let geofence: Geometry.Geofence?
        let geofenceVersion: Int?
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
        let versions = try await database.transaction { connection in
            try LocalityQueries.versions(of: coin, community, at: moment, connection)
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

/// All versions of a coin's policies and of the geofences they name.
struct LocalityVersions: Sendable {
    struct PolicyVersion: Sendable {
        let version: Int
        let geofence: String?
        let rules: [Domain.LocalityRule]
        let validFrom: Instant
    }

    struct GeofenceVersion: Sendable {
        let name: String
        let version: Int
        let area: Geometry.Geofence
        let validFrom: Instant
    }

    /// Newest version first, both.
    let policies: [PolicyVersion]
    let geofences: [GeofenceVersion]

    /// What was in force at a moment: of each, the highest version whose time had come.
    func page(at moment: Instant) throws -> LocalityBook.Page? {
        guard let inForce = policies.first(where: { $0.validFrom <= moment }) else { return nil }
        let geofence = inForce.geofence.flatMap { name in
            geofences.first { $0.name == name && $0.validFrom <= moment }
        }
        let policy = try Domain.LocalityPolicy(
            version: inForce.version,
            rules: inForce.rules,
            hasGeofence: inForce.geofence != nil
        )
        return LocalityBook.Page(
            policy: policy,
            geofence: geofence?.area,
            geofenceVersion: geofence?.version
        )
    }
}
