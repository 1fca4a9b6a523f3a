import Domain
import Testing

/// Every rule in every mode at its limit, just inside and just outside, with accuracy.
@Suite struct LocalityLimitTests {
    /// A rule, what was measured, and what it says.
    struct Limit: Sendable, CustomTestStringConvertible {
        let name: String
        let rule: LocalityRule
        let facts: LocalityFacts
        let reason: LocalityRefusal?

        var testDescription: String { name }
    }

    // The smallest steps that a phone or the geometry can tell apart.
    private static let metre = 0.001
    private static let second = 0.000_001

    private static func at(
        inside: Double? = 1000,
        toShop: Double = 0,
        accuracy: Double = 5,
        age: Double = 1,
        mock: Bool = false,
        shopInside: Bool = true,
        verified: Bool = true,
        open: Bool = true,
        claims: Bool = true,
        atTerminal: Bool = false,
        challenge: Double? = nil,
        travel: (metres: Double, seconds: Double)? = nil
    ) -> LocalityFacts {
        LocalityFacts(
            shopIsInside: shopInside,
            shopIsVerified: verified,
            shopIsOpen: open,
            claim: claims
                ? .init(
                    insideByMetres: inside,
                    metresToShop: toShop,
                    accuracyMetres: accuracy,
                    ageSeconds: age,
                    isMock: mock
                ) : nil,
            payerIsAtTerminal: atTerminal,
            challengeAgeSeconds: challenge,
            travel: travel.map { .init(metres: $0.metres, seconds: $0.seconds) }
        )
    }

    private typealias InsideRow = (String, LocalityRule.Mode, Double, Double, LocalityRefusal?)
    private typealias TravelRow = (
        String, (metres: Double, seconds: Double)?, LocalityRefusal?
    )

    private static let insideRows: [InsideRow] = [
        ("centre, on the boundary", .centre, 0, 50, nil),
        ("centre, just inside", .centre, metre, 50, nil),
        ("centre, just outside", .centre, -metre, 50, .payerOutsideGeofence),
        ("centre, just outside, exact", .centre, -metre, 0, .payerOutsideGeofence),
        ("possible, the circle touches", .possible, -20, 20, nil),
        ("possible, it just crosses", .possible, -20 + metre, 20, nil),
        ("possible, it just does not reach", .possible, -20 - metre, 20, .payerOutsideGeofence),
        ("possible, on the boundary, exact", .possible, 0, 0, nil),
        ("possible, just outside, exact", .possible, -metre, 0, .payerOutsideGeofence),
        ("confident, touches from within", .confident, 20, 20, nil),
        ("confident, just within", .confident, 20 + metre, 20, nil),
        ("confident, just crosses", .confident, 20 - metre, 20, .payerNotSurelyInside),
        ("confident, on the boundary", .confident, 0, 20, .payerNotSurelyInside),
        ("confident, on the boundary, exact", .confident, 0, 0, nil),
        ("confident, touches from outside", .confident, -20, 20, .payerNotSurelyInside),
        ("confident, just apart", .confident, -20 - metre, 20, .payerOutsideGeofence),
    ]
    private static let inside = insideRows.map { name, mode, metres, accuracy, reason in
        Limit(
            name: name,
            rule: .payerInGeofence(mode),
            facts: at(inside: metres, accuracy: accuracy),
            reason: reason
        )
    }

    private static let nearRows: [(String, Double, Double, LocalityRefusal?)] = [
        ("near, at the distance", 100, 0, nil), ("near, just within", 100 - metre, 0, nil),
        ("near, just too far", 100 + metre, 0, .payerTooFarFromShop),
        ("near, the circle reaches", 130, 30, nil),
        ("near, the circle just does not", 130 + metre, 30, .payerTooFarFromShop),
    ]
    private static let near = nearRows.map { name, metres, accuracy, reason in
        Limit(
            name: name,
            rule: .payerNearShop(metres: 100),
            facts: at(toShop: metres, accuracy: accuracy),
            reason: reason
        )
    }

    private static let others: [Limit] = [
        Limit(
            name: "borderless, nothing known",
            rule: .borderless,
            facts: at(inside: nil, shopInside: false, verified: false, open: false, claims: false),
            reason: nil
        ),
        Limit(name: "shop inside", rule: .shopInGeofence, facts: at(), reason: nil),
        Limit(
            name: "shop outside",
            rule: .shopInGeofence,
            facts: at(shopInside: false),
            reason: .shopOutsideGeofence
        ),
        Limit(
            name: "shop closed",
            rule: .shopInGeofence,
            facts: at(open: false),
            reason: .shopClosed
        ),
        Limit(
            name: "near a closed shop",
            rule: .payerNearShop(metres: 100),
            facts: at(open: false),
            reason: .shopClosed
        ),
        Limit(
            name: "a card in a closed shop",
            rule: .noMock,
            facts: at(open: false, claims: false, atTerminal: true),
            reason: .shopClosed
        ),
        Limit(
            name: "fresh, at the age",
            rule: .freshFix(seconds: 60),
            facts: at(age: 60),
            reason: nil
        ),
        Limit(
            name: "fresh, just too old",
            rule: .freshFix(seconds: 60),
            facts: at(age: 60 + second),
            reason: .positionTooOld
        ),
        Limit(
            name: "fresh, as far ahead as clocks differ",
            rule: .freshFix(seconds: 60),
            facts: at(age: -30),
            reason: nil
        ),
        Limit(
            name: "fresh, two minutes ahead",
            rule: .freshFix(seconds: 60),
            facts: at(age: -120),
            reason: .positionFromFuture
        ),
        Limit(
            name: "accurate, at the limit",
            rule: .accurateFix(metres: 30),
            facts: at(accuracy: 30),
            reason: nil
        ),
        Limit(
            name: "accurate, just not",
            rule: .accurateFix(metres: 30),
            facts: at(accuracy: 30 + metre),
            reason: .positionTooInaccurate
        ),
        Limit(name: "mock", rule: .noMock, facts: at(mock: true), reason: .positionMocked),
        Limit(name: "no mock", rule: .noMock, facts: at(), reason: nil),
    ]

    private static let challengesRows: [(String, Double?, Bool, LocalityRefusal?)] = [
        ("challenge, at the age", 90, false, nil), ("challenge, new", 0, false, nil),
        ("challenge, just too old", 90 + second, false, .challengeTooOld),
        ("challenge, none", nil, false, .challengeMissing),
        ("challenge, a card at the terminal", nil, true, nil),
    ]
    private static let challenges = challengesRows.map { name, age, atTerminal, reason in
        Limit(
            name: name,
            rule: .terminalChallenge(seconds: 90),
            facts: at(claims: !atTerminal, atTerminal: atTerminal, challenge: age),
            reason: reason
        )
    }

    private static let travelsRows: [TravelRow] = [
        // 120 km/h is 100 metres in three seconds.
        ("travel, at the speed", (100, 3), nil), ("travel, just slower", (100 - metre, 3), nil),
        ("travel, just faster", (100 + metre, 3), .travelImplausible),
        ("travel, in no time", (metre, 0), .travelImplausible),
        ("travel, none in no time", (0, 0), nil), ("travel, nothing remembered", nil, nil),
    ]
    private static let travels = travelsRows.map { name, travel, reason in
        Limit(
            name: name,
            rule: .plausibleTravel(kilometresPerHour: 120),
            facts: at(travel: travel),
            reason: reason
        )
    }

    static let limits = inside + near + others + challenges + travels

    @Test(arguments: limits)
    func `a rule holds at its limit and just inside, and not just outside`(limit: Limit) throws {
        var rules = [limit.rule]
        if [.payerNearShop(metres: 100), .payerInGeofence(.possible)].contains(limit.rule) {
            rules.append(.accurateFix(metres: 1000))
        }
        let policy = try LocalityPolicy(
            version: 1,
            rules: rules,
            hasGeofence: limit.rule.needsGeofence
        )
        let verdict = policy.judge(limit.facts)
        #expect(verdict.rules.first?.reason == limit.reason)
        let outcome: LocalityVerdict.Outcome =
            switch limit.reason {
            case nil: .accepted
            case .payerNotSurelyInside: .unsure
            default: .refused
            }
        #expect(verdict.outcome == outcome)
    }

    @Test func `every rule and every mode has limits here`() {
        let modes = Set(
            Self.limits.compactMap { limit -> LocalityRule.Mode? in
                if case .payerInGeofence(let mode) = limit.rule { mode } else { nil }
            }
        )
        #expect(modes == Set(LocalityRule.Mode.allCases))
        #expect(
            Set(Self.limits.map(\.rule.name)) == [
                "borderless", "shopInGeofence", "payerInGeofence", "payerNearShop",
                "terminalChallenge", "freshFix", "accurateFix", "noMock", "plausibleTravel",
            ]
        )
        let unproven = Set(LocalityRefusal.allCases).subtracting(Self.limits.compactMap(\.reason))
        // Of the first two LocalityTests knows, of the last the test of pots below.
        #expect(unproven == [.shopPlaceUnverified, .positionMissing, .notAtDistance])
    }

    @Test func `every reason is told in every language, and each in its own words`() {
        for language in LocalityRefusal.Language.allCases {
            let texts = LocalityRefusal.allCases.map { $0.text(in: language) }
            #expect(Set(texts).count == LocalityRefusal.allCases.count)
            for text in texts { #expect(text.count > 20 && text.hasSuffix("."), "\(text)") }
        }
        for reason in LocalityRefusal.allCases {
            #expect(reason.text(in: .dutch) != reason.text(in: .english))
        }
    }

    @Test func `pots of a programme are used where its own policy accepts as well`() throws {
        func judged(
            _ rules: [LocalityRule],
            _ facts: LocalityFacts,
            distanceSelling: Bool = false,
            atDistance: Bool = false
        ) throws -> PotLocality.Judgement {
            let policy = try LocalityPolicy(
                version: 1,
                rules: rules,
                hasGeofence: rules.contains(where: \.needsGeofence),
                allowsDistanceSelling: distanceSelling
            )
            return PotLocality.judge(policy, facts, atDistance: atDistance)
        }
        let sure = Self.at(inside: 10, accuracy: 9)
        let stricter = try judged([.shopInGeofence, .payerInGeofence(.confident)], sure)
        #expect(stricter.outcome == .accepted && stricter.reason == nil)
        #expect(stricter.rules.count == 2)
        let doubt = try judged([.payerInGeofence(.confident)], Self.at(inside: 10, accuracy: 11))
        #expect(doubt.outcome == .unsure && doubt.reason == .payerNotSurelyInside)
        let elsewhere = try judged(
            [.terminalChallenge(seconds: 60), .shopInGeofence],
            Self.at(shopInside: false)
        )
        #expect(elsewhere.outcome == .refused && elsewhere.reason == .challengeMissing)
        #expect(try judged([.borderless], sure).outcome == .accepted)
        // An invoice needs the permission of the programme as well.
        let invoice = try judged([.shopInGeofence], sure, atDistance: true)
        #expect(invoice.reason == .notAtDistance && invoice.rules.isEmpty)
        let permitted = try judged(
            [.shopInGeofence],
            sure,
            distanceSelling: true,
            atDistance: true
        )
        #expect(permitted.outcome == .accepted)
    }
}
