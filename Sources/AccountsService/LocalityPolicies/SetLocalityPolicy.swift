import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Sets the next version of a coin's locality policy.
struct SetLocalityPolicy: Sendable {
    /// A start so little ago is meant as now: clocks differ.
    static let startTolerance: Int64 = 30_000_000

    let setting: LocalityPolicySetting
    let coin: String
    let community: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> API.LocalityPolicy {
        try LocalityPolicyQueries.requireCoin(coin, community: community, connection)
        let validFrom = try start()
        let version = try LocalityPolicyQueries.nextVersion(
            of: coin,
            community: community,
            connection
        )
        try requireConsistentRules(version: version)
        if let geofence = setting.geofence {
            try requireGeofence(geofence, at: validFrom, connection)
        }
        let policy = API.LocalityPolicy(
            coin: coin,
            version: version,
            geofence: setting.geofence,
            rules: setting.rules,
            validFromAt: validFrom,
            createdAt: now
        )
        try connection.execute(LocalityPolicyQueries.insert(policy, community: community))
        try connection.notify(
            channel: "accounts_locality_policy",
            payload: Identifier(community).description
        )
        return policy
    }

    private func start() throws -> Instant {
        guard let wanted = setting.validFromAt else { return now }
        guard wanted.microseconds >= now.microseconds - Self.startTolerance else {
            throw LocalityPolicyProblems.startsInThePast
        }
        return max(wanted, now)
    }

    private func requireConsistentRules(version: Int) throws {
        do {
            _ = try Domain.LocalityPolicy(
                version: version,
                rules: setting.rules.map(Domain.LocalityRule.init),
                hasGeofence: setting.geofence != nil
            )
        } catch let refusal {
            throw LocalityPolicyProblems.problem(for: refusal)
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

extension Domain.LocalityRule {
    /// The rule as the domain judges it.
    init(_ rule: API.LocalityRule) {
        switch rule {
        case .borderless: self = .borderless
        case .shopInGeofence: self = .shopInGeofence
        case .payerInGeofence(let mode):
            switch mode {
            case .centre: self = .payerInGeofence(.centre)
            case .confident: self = .payerInGeofence(.confident)
            case .possible: self = .payerInGeofence(.possible)
            }
        case .payerNearShop(let metres): self = .payerNearShop(metres: metres)
        case .freshFix(let seconds): self = .freshFix(seconds: seconds)
        case .accurateFix(let metres): self = .accurateFix(metres: metres)
        case .noMock: self = .noMock
        }
    }
}
