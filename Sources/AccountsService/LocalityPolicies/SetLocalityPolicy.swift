import API
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// Sets the next version of a coin's locality policy.
struct SetLocalityPolicy: Sendable {
    let setting: LocalityPolicySetting
    let coin: String
    let community: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> LocalityPolicy {
        try LocalityPolicyQueries.requireCoin(coin, community: community, connection)
        let checked = try checked()
        let version = try LocalityPolicyQueries.nextVersion(
            of: coin,
            community: community,
            connection
        )
        for geofence in checked.geofences {
            try requireGeofence(geofence, at: checked.validFrom, connection)
        }
        let policy = LocalityPolicy(
            coin: coin,
            version: version,
            geofences: checked.geofences,
            rules: setting.rules,
            distanceSelling: setting.distanceSelling ?? false,
            validFromAt: checked.validFrom,
            createdAt: now
        )
        try connection.execute(LocalityPolicyQueries.insert(policy, community: community))
        try connection.notify(
            channel: "accounts_locality_policy",
            payload: Identifier(community).description
        )
        return policy
    }

    private func checked() throws -> LocalityPolicySetting.Checked {
        do {
            return try setting.checked(at: now)
        } catch {
            throw LocalityPolicyProblems.problem(for: error)
        }
    }

    private func requireGeofence(
        _ name: String,
        at validFrom: Instant,
        _ connection: Connection
    ) throws {
        let known = try connection.query(
            GeofenceQueries.inForce(name, community: community, at: validFrom)
        )
        guard !known.isEmpty else {
            throw Problem(
                .unknownGeofence,
                "No geofence of this name is in force when the policy starts."
            )
        }
    }
}
