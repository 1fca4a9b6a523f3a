import Domain
import Testing

/// Paid from elsewhere, picked up inside.
@Suite struct DistanceSellingTests {
    private func facts(inside: Bool?, verified: Bool) -> LocalityFacts {
        LocalityFacts(shopIsInside: inside, shopIsVerified: verified, claim: nil)
    }

    private func policy(
        _ rules: [LocalityRule],
        hasGeofence: Bool = true,
        selling: Bool = true
    ) throws -> LocalityPolicy {
        try LocalityPolicy(
            version: 1,
            rules: rules,
            hasGeofence: hasGeofence,
            allowsDistanceSelling: selling
        )
    }

    @Test func `only the shop's place is judged, and strictly`() throws {
        let policy = try policy([.payerInGeofence(.centre), .freshFix(seconds: 60)])
        #expect(policy.judgeAtDistance(facts(inside: true, verified: true))?.outcome == .accepted)
        let outside = policy.judgeAtDistance(facts(inside: false, verified: true))
        #expect(outside?.rules.map(\.reason) == [.shopOutsideGeofence])
        let unverified = policy.judgeAtDistance(facts(inside: true, verified: false))
        #expect(unverified?.rules.map(\.reason) == [.shopPlaceUnverified])
    }

    @Test func `without permission there is no verdict, without borders it is not needed`() throws {
        let strict = try policy([.shopInGeofence], selling: false)
        #expect(strict.judgeAtDistance(facts(inside: true, verified: true)) == nil)
        let open = try policy([.borderless], hasGeofence: false, selling: false)
        #expect(open.judgeAtDistance(facts(inside: nil, verified: false))?.outcome == .accepted)
    }

    @Test func `selling at a distance needs an area, and gives one a use`() throws {
        #expect(throws: LocalityPolicy.Refusal.geofenceMissing) {
            try policy([.noMock], hasGeofence: false)
        }
        _ = try policy([.noMock])
        #expect(throws: LocalityPolicy.Refusal.geofenceUnused) {
            try policy([.noMock], selling: false)
        }
    }
}
