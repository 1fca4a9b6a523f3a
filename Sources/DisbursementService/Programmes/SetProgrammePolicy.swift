import API
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// Sets the next version of where the money of a programme may be spent.
///
/// What stands there counts beside the policy of the coin, so nothing is compared with that.
struct SetProgrammePolicy: Sendable {
    let setting: LocalityPolicySetting
    let programme: UUID
    let community: UUID
    let now: Instant

    /// What was set now, and what before.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (policy: ProgrammeLocalityPolicy, before: ProgrammeLocalityPolicy?) {
        guard
            let coin = try ProgrammePolicyQueries.lockedCoin(of: programme, community, connection)
        else { throw Problem.notFound("programme") }
        let checked = try checked()
        try requireGeofences(checked, connection)
        let before = try ProgrammePolicyQueries.versions.newest(
            of: programme,
            community,
            connection
        )
        let policy = ProgrammeLocalityPolicy(
            programmeId: Identifier(programme),
            version: (before?.version ?? 0) + 1,
            geofences: checked.geofences,
            rules: setting.rules,
            distanceSelling: setting.distanceSelling ?? false,
            validFromAt: checked.validFrom,
            createdAt: now
        )
        try connection.execute(ProgrammePolicyQueries.insert(policy, coin: coin, community))
        try connection.notify(
            channel: "disbursement_locality_policy",
            payload: Identifier(community).description
        )
        return (policy, before)
    }

    private func checked() throws -> LocalityPolicySetting.Checked {
        do {
            return try setting.checked(at: now)
        } catch {
            throw Problem(
                .policyInvalid,
                "These rules make no policy.",
                errors: [RequestError(pointer: error.pointer, detail: error.detail)]
            )
        }
    }

    private func requireGeofences(
        _ checked: LocalityPolicySetting.Checked,
        _ connection: Connection
    ) throws {
        let known = try ProgrammePolicyQueries.inForce(
            checked.geofences,
            at: checked.validFrom,
            community,
            connection
        )
        guard known == checked.geofences.count else {
            throw Problem(
                .unknownGeofence,
                "No geofence of this name is in force when the policy starts."
            )
        }
    }
}
