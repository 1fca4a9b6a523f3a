import Domain
import Testing

@Suite struct LocalityTests {
    private func policy(_ rules: LocalityRule...) throws -> LocalityPolicy {
        try LocalityPolicy(
            version: 1,
            rules: rules,
            hasGeofence: rules.contains(where: \.needsGeofence)
        )
    }

    private func facts(
        shopInside: Bool = true,
        verified: Bool = true,
        inside: Double? = 100,
        toShop: Double = 5,
        accuracy: Double = 10,
        age: Double = 2,
        mock: Bool = false,
        claim: Bool = true
    ) -> LocalityFacts {
        LocalityFacts(
            shopIsInside: shopInside,
            shopIsVerified: verified,
            claim: claim
                ? .init(
                    insideByMetres: inside,
                    metresToShop: toShop,
                    accuracyMetres: accuracy,
                    ageSeconds: age,
                    isMock: mock
                ) : nil
        )
    }

    private func reasons(_ verdict: LocalityVerdict) -> [LocalityRefusal] {
        verdict.rules.compactMap(\.reason)
    }

    @Test func `a borderless coin asks nothing`() throws {
        let verdict = try policy(.borderless).judge(
            facts(shopInside: false, verified: false, claim: false)
        )
        #expect(verdict.outcome == .accepted)
    }

    @Test func `an unverified shop does not count, wherever it is`() throws {
        let verdict = try policy(.shopInGeofence).judge(facts(verified: false))
        #expect(verdict.outcome == .refused)
        #expect(reasons(verdict) == [.shopPlaceUnverified])
    }

    @Test func `a shop outside is refused`() throws {
        let verdict = try policy(.shopInGeofence).judge(facts(shopInside: false))
        #expect(reasons(verdict) == [.shopOutsideGeofence])
    }

    @Test(arguments: [
        // mode, metres inside, accuracy, outcome
        (LocalityRule.Mode.centre, 0.0, 500.0, LocalityVerdict.Outcome.accepted),
        (.centre, -0.1, 500, .refused),
        (.possible, -10, 10, .accepted),
        (.possible, -10.1, 10, .refused),
        (.confident, 10, 10, .accepted),
        (.confident, 9.9, 10, .unsure),
        (.confident, -10, 10, .unsure),
        (.confident, -10.1, 10, .refused),
    ])
    func `accuracy counts as the mode says`(
        mode: LocalityRule.Mode,
        inside: Double,
        accuracy: Double,
        outcome: LocalityVerdict.Outcome
    ) throws {
        let verdict = try policy(.payerInGeofence(mode), .accurateFix(metres: 1000)).judge(
            facts(inside: inside, accuracy: accuracy)
        )
        #expect(verdict.outcome == outcome)
    }

    @Test func `every rule says its own reason`() throws {
        let verdict = try policy(
            .shopInGeofence,
            .payerInGeofence(.centre),
            .payerNearShop(metres: 50),
            .freshFix(seconds: 60),
            .accurateFix(metres: 30),
            .noMock
        ).judge(
            facts(
                shopInside: false,
                inside: -500,
                toShop: 700,
                accuracy: 31,
                age: 61,
                mock: true
            )
        )
        #expect(
            reasons(verdict) == [
                .shopOutsideGeofence, .payerOutsideGeofence, .payerTooFarFromShop,
                .positionTooOld, .positionTooInaccurate, .positionMocked,
            ]
        )
    }

    @Test func `without a claim every rule about the payer refuses`() throws {
        let verdict = try policy(
            .payerNearShop(metres: 50),
            .accurateFix(metres: 30),
            .noMock
        ).judge(facts(claim: false))
        #expect(reasons(verdict) == [.positionMissing, .positionMissing, .positionMissing])
    }

    @Test func `a phone's clock may run ahead a little, not more`() throws {
        let policy = try policy(.freshFix(seconds: 60))
        #expect(policy.judge(facts(age: -29)).outcome == .accepted)
        #expect(reasons(policy.judge(facts(age: -31))) == [.positionFromFuture])
    }

    @Test func `rules that contradict each other make no policy`() {
        func refusal(_ rules: [LocalityRule], geofence: Bool) -> LocalityPolicy.Refusal? {
            do throws(LocalityPolicy.Refusal) {
                _ = try LocalityPolicy(version: 1, rules: rules, hasGeofence: geofence)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([], geofence: false) == .noRules)
        #expect(refusal([.borderless, .noMock], geofence: false) == .borderlessNotAlone)
        #expect(
            refusal([.freshFix(seconds: 1), .freshFix(seconds: 2)], geofence: false)
                == .ruleTwice
        )
        #expect(refusal([.shopInGeofence], geofence: false) == .geofenceMissing)
        #expect(refusal([.noMock], geofence: true) == .geofenceUnused)
        #expect(refusal([.payerNearShop(metres: 50)], geofence: false) == .accuracyUnlimited)
        #expect(refusal([.payerInGeofence(.possible)], geofence: true) == .accuracyUnlimited)
    }
}
