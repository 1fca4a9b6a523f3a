import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Gives a coin, or the pots of one programme, a depreciation policy.
struct AddDepreciationPolicy: Sendable {
    let creation: DepreciationPolicyCreation
    let coin: String
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> API.DepreciationPolicy {
        try requireOneMeasure()
        let outcome = try connection.query(
            """
            SELECT wallet.add_depreciation_policy(
                \(community), \(id), \(coin), \(creation.programmeId?.uuid),
                \(creation.method.rawValue), \(creation.period.rawValue), \(try startsOn()),
                \(creation.partsPerMillion.map(Int32.init)), \(creation.periods.map(Int32.init)),
                \(creation.sinkId?.uuid), \(UUID()), \(client), \(Timestamp(now)))
            """
        ).one().decode(String.self)
        switch outcome {
        case "unknown-coin": throw Problem.notFound("coin")
        case "unknown-programme":
            throw Problem(.unknownProgramme, "No programme of this id pays this coin.")
        case "unknown-sink":
            throw Problem.invalid("/sinkId", "is not the sink of a policy of this coin")
        case "policy-exists":
            throw Problem(
                .depreciationPolicyExists,
                "A coin has one policy, and each of its programmes one of its own."
            )
        default: break
        }
        let made = try DepreciationQueries.policies(
            connection.query(DepreciationQueries.one(id, community: community))
        )
        guard let policy = made.first else {
            throw PostgresError.decoding("a policy that is not there")
        }
        return policy
    }

    /// The method says which of the two figures there must be.
    private func requireOneMeasure() throws {
        switch creation.method {
        case .exponential:
            guard creation.partsPerMillion != nil, creation.periods == nil else {
                throw Problem.invalid("/partsPerMillion", "belongs to exponential, without periods")
            }
        case .linear:
            guard creation.periods != nil, creation.partsPerMillion == nil else {
                throw Problem.invalid("/periods", "belongs to linear, without partsPerMillion")
            }
        }
    }

    private func startsOn() throws -> Day {
        guard let midnight = Instant(creation.startsOn + "T00:00:00Z") else {
            throw Problem.invalid("/startsOn", "is not a day of the calendar")
        }
        return Day(daysSince1970: Int32(midnight.microseconds / 86_400_000_000))
    }
}
