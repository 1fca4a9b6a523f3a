import API
import Domain
import FoundationEssentials
import Geometry
import Synchronization

/// All versions of the policies of a coin and its programmes, and of the geofences they name.
final class LocalityVersions: Sendable {
    struct PolicyVersion: Sendable {
        let version: Int
        let geofences: [String]
        let rules: [Domain.LocalityRule]
        let distanceSelling: Bool
        let validFrom: Instant
    }

    struct GeofenceVersion: Sendable {
        let reference: GeofenceReference
        /// As it is stored.
        let area: String
        let validFrom: Instant
    }

    /// Newest version first, both.
    private let policies: [PolicyVersion]
    /// Each newest version first; in the order of their ids.
    private let programmes: [(id: Identifier, policies: [PolicyVersion])]
    private let geofences: [GeofenceVersion]
    /// Areas that were asked for, prepared: joining neighbours takes longer than a payment should.
    private let areas = Mutex<[[GeofenceReference]: Geometry.Geofence]>([:])

    init(
        policies: [PolicyVersion],
        programmes: [(id: Identifier, policies: [PolicyVersion])],
        geofences: [GeofenceVersion]
    ) {
        self.policies = policies
        self.programmes = programmes
        self.geofences = geofences
    }

    /// What was in force at a moment: of each, the highest version whose time had come.
    func page(at moment: Instant) throws -> LocalityBook.Page? {
        guard var page = try page(policies, at: moment) else { return nil }
        page.programmes = try programmes.compactMap { programme in
            try self.page(programme.policies, at: moment).map {
                LocalityBook.Programme(id: programme.id, page: $0)
            }
        }
        return page
    }

    private func page(
        _ policies: [PolicyVersion],
        at moment: Instant
    ) throws -> LocalityBook.Page? {
        guard let inForce = policies.first(where: { $0.validFrom <= moment }) else { return nil }
        let versions = inForce.geofences.compactMap { name in
            geofences.first { $0.reference.name == name && $0.validFrom <= moment }
        }
        return LocalityBook.Page(
            policy: try Domain.LocalityPolicy(
                version: inForce.version,
                rules: inForce.rules,
                hasGeofence: !inForce.geofences.isEmpty,
                allowsDistanceSelling: inForce.distanceSelling
            ),
            geofence: try versions.isEmpty ? nil : area(of: versions),
            geofences: versions.map(\.reference)
        )
    }

    private func area(of versions: [GeofenceVersion]) throws -> Geometry.Geofence {
        let key = versions.map(\.reference)
        return try areas.withLock { areas in
            if let known = areas[key] { return known }
            let made = try Geometry.Geofence(unionOfCanonicalGeoJSON: versions.map(\.area))
            areas[key] = made
            return made
        }
    }
}
