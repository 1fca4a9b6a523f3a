import API
import Postgres
import TestSupport
import Testing

/// Programmes that are stricter about place than their coin.
@Suite struct ProgrammePolicyTests {
    /// A coin that is spent anywhere, and a programme that sets such rules.
    private struct Town {
        let community: TestCommunity
        let strict: Programme

        static func make(_ setting: LocalityPolicySetting) async throws -> Town {
            let community = try await TestCommunity.make(rules: [.borderless])
            let town = Town(
                community: community,
                strict: try await community.fundedProgramme()
            )
            let policy = try await town.set(setting).decode(ProgrammeLocalityPolicy.self)
            #expect(policy.programmeId == town.strict.id && policy.version == 1)
            return town
        }

        func set(_ setting: LocalityPolicySetting) async throws -> TestAnswer {
            try await community.clerk.call(
                .setProgrammeLocalityPolicy,
                ["programmeId": "\(strict.id)"],
                body: setting
            )
        }
    }

    private static let shopInside = LocalityPolicySetting(
        geofence: "wijk",
        rules: [.shopInGeofence]
    )
    private static let elsewhere = TestPosition(Neighbourhood.shopOutside)

    @Test func `pots of a programme that does not accept are left out, and the verdict says so`()
        async throws
    {
        let town = try await Town.make(
            LocalityPolicySetting(geofence: "wijk", rules: [.payerInGeofence(mode: .confident)])
        )
        let shop = try await town.community.openShop()
        let other = try await town.community.fundedProgramme()
        let resident = try await town.community.resident(with: [
            (town.strict, "5.00"), (other, "5.00"),
        ])
        let first = try await shop.request("4.00")
        let paid = try await resident.pay(first, at: Self.elsewhere).decode(Payment.self)
        let verdict = try #require(paid.verdict)
        #expect(verdict.outcome == .accepted)
        let judged = try #require(verdict.programmes)
        #expect(judged.map(\.programmeId) == [town.strict.id])
        #expect(judged.map(\.outcome) == [.refused])
        #expect(judged.map(\.reason) == ["payer-outside-geofence"])
        #expect(judged.map(\.geofences) == [[GeofenceReference(name: "wijk", version: 1)]])
        #expect(try await resident.receipt(first).parts.map(\.programme?.id) == [other.id])

        let second = try await shop.request("4.00")
        #expect(try await resident.pay(second).status == 201)
        #expect(try await resident.receipt(second).parts.map(\.programme?.id) == [town.strict.id])

        // One is left of each: together enough, elsewhere not.
        let third = try await shop.request("2.00")
        let refused = try await resident.pay(third, at: Self.elsewhere, key: "k")
        #expect(refused.problemType == .programmeBarred)
        #expect(refused.problem?.detail.contains("payer-outside-geofence") == true)
        let unlocated = try await resident.pay(third, at: nil)
        #expect(unlocated.problem?.detail.contains("position-missing") == true)
        #expect(try await resident.pay(third).status == 201)
        #expect(try await resident.available() == "0.00")
        let poor = try await resident.pay(try await shop.request("1.00"))
        #expect(poor.problemType == .insufficientFunds)
    }

    @Test func `the refusal is the same when it is asked again`() async throws {
        let town = try await Town.make(Self.shopInside)
        let shop = try await town.community.openShop(at: Neighbourhood.shopOutside)
        let resident = try await town.community.resident(with: [(town.strict, "5.00")])
        let payment = try await shop.request("1.00")
        let acceptance = try resident.acceptance(of: payment)
        let path = ["paymentId": "\(payment.id)"]
        let answers = try await [
            resident.phone.call(.acceptPayment, path, body: acceptance, key: "k"),
            resident.phone.call(.acceptPayment, path, body: acceptance, key: "k"),
        ]
        #expect(answers.map(\.problemType) == [.programmeBarred, .programmeBarred])
        #expect(answers[0].problem?.detail == answers[1].problem?.detail)
    }

    @Test func `every way of paying asks the programmes`() async throws {
        let town = try await Town.make(Self.shopInside)
        let community = town.community
        let resident = try await community.resident(with: [(town.strict, "50.00")])
        let card = try await community.card(for: resident.person)
        let guardian = try await community.resident(with: "1.00")
        let mandate = try await community.give(
            .guardian,
            over: resident.person,
            to: guardian.person
        )
        let acting = TestResident(
            phone: guardian.phone.acting(under: mandate.id),
            person: resident.person,
            wallet: resident.wallet
        )
        for (place, isInside) in [
            (Neighbourhood.shopOutside, false), (Neighbourhood.shopInside, true),
        ] {
            let shop = try await community.openShop(at: place)
            let answers = [
                try await resident.pay(try await shop.request("1.00"), at: nil),
                try await resident.pay(try await shop.request("1.00", holdFor: 60), at: nil),
                try await shop.charge(
                    try await shop.request("1.00"),
                    try resident.payerCode(at: nil)
                ),
                try await shop.take(card, for: try await shop.request("1.00")),
                try await acting.pay(try await shop.request("1.00"), at: nil),
            ]
            for answer in answers {
                if isInside {
                    #expect(answer.status == 201, "\(answer.text)")
                } else {
                    #expect(answer.problemType == .programmeBarred, "\(answer.text)")
                    #expect(answer.problem?.detail.contains("shop-outside-geofence") == true)
                }
            }
        }
    }

    @Test func `an invoice takes money of a programme that permits it`() async throws {
        let town = try await Town.make(Self.shopInside)
        let shop = try await town.community.openShop()
        let resident = try await town.community.resident(with: [(town.strict, "5.00")])
        let invoice = try await shop.till.call(
            .requestInvoice,
            body: InvoiceRequest(amount: town.community.amount("1.00"))
        ).decode(Payment.self)
        let refused = try await resident.pay(invoice, at: nil)
        #expect(refused.problemType == .programmeBarred)
        #expect(refused.problem?.detail.contains("not-at-distance") == true)
        var setting = Self.shopInside
        setting.distanceSelling = true
        #expect(try await town.set(setting).status == 201)
        #expect(try await resident.pay(invoice, at: nil).status == 201)
    }

    @Test func `a policy or an area that changes after the request holds at the approval`()
        async throws
    {
        let town = try await Town.make(LocalityPolicySetting(rules: [.borderless]))
        let community = town.community
        let shop = try await community.openShop()
        let resident = try await community.resident(with: [(town.strict, "50.00")])
        // Both are remembered: the payment, and the phone that has paid before.
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        let payment = try await shop.request("1.00")
        #expect(try await town.set(Self.shopInside).status == 201)
        let paid = try await resident.pay(payment, at: nil).decode(Payment.self)
        #expect(paid.verdict?.programmes?.map(\.policyVersion) == [2])
        let next = try await shop.request("1.00")
        _ = try await community.administrator.call(
            .importGeofence,
            body: GeofenceImport(
                name: "wijk",
                geoJson: Neighbourhood.polygon([
                    [[5.2, 52.1], [5.21, 52.1], [5.21, 52.11], [5.2, 52.11], [5.2, 52.1]]
                ])
            )
        ).decode(Geofence.self)
        #expect(try await resident.pay(next, at: nil).problemType == .programmeBarred)
    }

    @Test func `a policy that no service heard of holds when the money moves`() async throws {
        let town = try await Town.make(LocalityPolicySetting(rules: [.borderless]))
        let shop = try await town.community.openShop()
        let resident = try await town.community.resident(with: [(town.strict, "50.00")])
        #expect(try await resident.pay(try await shop.request("1.00"), at: nil).status == 201)
        let (community, programme) = (town.community.id.uuid, town.strict.id.uuid)
        // Announced by nobody: what the merchant service holds in memory is old.
        try await town.community.change(
            """
            INSERT INTO disbursement.programme_locality_policy
            SELECT community_id, programme_id, 2, coin, '{}', '[{"rule":"noMock"}]', false,
                   valid_from, created_at
              FROM disbursement.programme_locality_policy
             WHERE community_id = \(community) AND programme_id = \(programme)
            """
        )
        let refused = try await resident.pay(try await shop.request("1.00"), at: nil)
        #expect(refused.problem?.detail.contains("position-missing") == true)
        let paid = try await resident.pay(try await shop.request("1.00")).decode(Payment.self)
        #expect(paid.verdict?.programmes?.map(\.policyVersion) == [2])
    }

    @Test func `policies of programmes are checked, counted and listed`() async throws {
        let town = try await Town.make(Self.shopInside)
        let unknown = try await town.set(
            LocalityPolicySetting(geofence: "elders", rules: [.shopInGeofence])
        )
        #expect(unknown.problemType == .unknownGeofence)
        let twice = try await town.set(LocalityPolicySetting(rules: [.borderless, .noMock]))
        #expect(twice.problemType == .policyInvalid)
        #expect(twice.problem?.errors?.map(\.pointer) == ["/rules"])
        let path = ["programmeId": "\(town.strict.id)"]
        let ended = try await town.set(LocalityPolicySetting(rules: [.borderless]))
            .decode(ProgrammeLocalityPolicy.self)
        #expect(ended.version == 2 && ended.geofences.isEmpty)
        let first = try await town.community.clerk.call(
            .listProgrammeLocalityPolicies,
            path,
            query: "limit=1"
        ).decode(Page<ProgrammeLocalityPolicy>.self)
        #expect(first.items == [ended] && first.next == "2")
        let rest = try await town.community.clerk.call(
            .listProgrammeLocalityPolicies,
            path,
            query: "limit=1&cursor=2"
        ).decode(Page<ProgrammeLocalityPolicy>.self)
        #expect(rest.items.map(\.version) == [1] && rest.next == nil)
    }
}
