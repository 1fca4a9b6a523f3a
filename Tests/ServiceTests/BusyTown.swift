import API
import TestSupport
import Testing

/// A community in which everything that the audit trail records was done, by way of the APIs.
struct BusyTown: Sendable {
    let community: TestCommunity
    let auditor: TestClient
    /// Everybody who acted with a token.
    let clients: Set<Identifier>
    /// Whose bank account was linked anew.
    let person: Identifier
    /// What must not stand in the trail.
    let secrets: [String]

    private static let making = Task { try await make() }

    static var shared: BusyTown {
        get async throws { try await making.value }
    }

    /// The whole trail, the last event first.
    func events() async throws -> [AuditEvent] {
        var events: [AuditEvent] = []
        var query = "limit=20"
        while true {
            let page = try await auditor.call(.listAuditEvents, query: query)
                .decode(Page<AuditEvent>.self)
            events += page.items
            guard let next = page.next else { return events }
            query = "limit=20&cursor=\(next)"
        }
    }

    private static func make() async throws -> BusyTown {
        let community = try await TestCommunity.make()
        let administrator = community.administrator
        let auditor = try await administrator.register(
            "Meekijker",
            [.auditor],
            of: community.institution
        )
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "60.00")
        let belongings = try await Belongings.make(
            in: community,
            shop: shop,
            resident: resident
        )
        try await policies(belongings)
        try await webhooks(belongings)
        try await decide(belongings)
        try await move(belongings)
        let (account, other) = (TestIBAN.number(600_700_801), TestIBAN.number(600_700_802))
        let person = try await community.registerPerson("Doortje Verhulst", iban: account)
        for _ in 0..<2 {
            _ = try await administrator.call(
                .linkIban,
                ["personId": "\(person.id)"],
                body: IbanLink(iban: other)
            ).decode(Person.self)
        }
        try await numbers(person.id, belongings)
        try await letters(community)
        try await cards(person.id, belongings)
        try await discounts(person.id, belongings)
        try await grants(belongings)
        let phone = try await revoke(person, administrator, community)
        try await devices(belongings)
        return BusyTown(
            community: community,
            auditor: auditor,
            clients: [
                administrator.id, community.colleague.id, community.clerk.id,
                community.approver.id, community.treasurer.id, shop.owner.id,
                resident.phone.id, belongings.releaser,
                belongings.secondTreasurer,
            ],
            person: person.id,
            secrets: [
                account, other, "Doortje", "Verhulst", "Vriend", belongings.alias, phone,
                "kwijt-geraakt",
            ]
        )
    }

    /// Policies once more, and limits.
    private static func policies(_ town: Belongings) async throws {
        let administrator = town.community.administrator
        try await town.community.setPolicy([.borderless])
        _ = try await town.community.clerk.call(
            .setProgrammeLocalityPolicy,
            ["programmeId": "\(town.programme)"],
            body: LocalityPolicySetting(rules: [.borderless])
        ).decode(ProgrammeLocalityPolicy.self)
        _ = try await administrator.call(
            .setWalletClass,
            body: WalletClassSetting(name: "gezin", dailySpending: EuroAmount(value: "50.00"))
        ).decode(WalletClass.self)
        _ = try await administrator.call(
            .putWalletIntoClass,
            ["className": "gezin"],
            body: WalletClassMember(walletId: town.resident.wallet)
        ).decode(WalletClassMember.self)
        _ = try await administrator.call(
            .addDepreciationPolicy,
            ["coinCode": TestCommunity.coin],
            body: DepreciationPolicyCreation(
                method: .linear,
                period: .month,
                periods: 12,
                startsOn: "2040-01-01"
            )
        ).decode(DepreciationPolicy.self)
    }

    /// Cards come and go.
    private static func cards(_ person: Identifier, _ town: Belongings) async throws {
        let community = town.community
        let card = try await community.card(for: person)
        let other = try await community.blankCards()[0]
        #expect(try await community.replace(card, by: other).status == 201)
        for operation in [API.Operation.blockCard, .returnCard] {
            #expect(try await community.act(operation, on: other).status == 201)
        }
    }

    /// A name for a phone, an alias for its wallet, a mandate that ends, and phones that do.
    private static func letters(_ community: TestCommunity) async throws {
        let programme = try await community.fundedProgramme()
        let credit = TestCredit("Later", TestIBAN.number(600_700_803), "3.00")
        let batch = try await community.submit(TestPaymentFile.xml([credit]), to: programme.id)
            .decode(Batch.self)
        try await community.approve(batch.id)
        for (operation, query) in [
            (API.Operation.createLetters, ""), (.createLetterTexts, "line=1"),
        ] {
            let answer = try await community.administrator.call(
                operation,
                ["batchId": "\(batch.id)"],
                query: query
            )
            #expect(answer.status == 200)
        }
        _ = try await community.approver.call(
            .returnLines,
            ["batchId": "\(batch.id)"],
            body: LineReturn(lines: [1], reason: "kwijt-geraakt")
        ).decode(Batch.self)
    }

    private static func numbers(_ person: Identifier, _ town: Belongings) async throws {
        let community = town.community
        let linked = try await community.link("K-104822", to: person)
            .decode(LinkedClientNumber.self)
        let confirmed = try await community.confirm(linked, "K-104822", by: community.colleague)
        #expect(confirmed.status == 201)
        #expect(try await community.withdraw(linked).status == 201)
    }

    private static func devices(_ town: Belongings) async throws {
        let (resident, community) = (town.resident, town.community)
        _ = try await resident.phone.call(
            .nameDevice,
            ["deviceId": "\(resident.phone.id)"],
            body: DeviceName(name: "blauwe telefoon")
        ).decode(Device.self)
        _ = try await resident.phone.call(
            .chooseWalletAlias,
            ["walletId": "\(resident.wallet)"],
            body: WalletAliasChoice(alias: "nieuw.\(Int.random(in: 1_000_000...999_999_999))")
        ).decode(ChosenWalletAlias.self)
        let helper = try await community.enrolPerson("Hulp")
        let mandate = try await community.give(
            .guardian,
            over: resident.person,
            to: helper.person
        )
        #expect(try await community.revoke(mandate.id, by: community.administrator).status == 201)
        let why = ClientRevocation(reason: "kwijt-geraakt")
        let atTheCounter = try await community.administrator.call(
            .revokeDeviceOfPerson,
            ["personId": "\(helper.person)", "deviceId": "\(helper.phone.id)"],
            body: why
        )
        #expect(atTheCounter.status == 201)
        let own = try await resident.phone.call(
            .revokeDevice,
            ["deviceId": "\(resident.phone.id)"],
            body: why
        )
        #expect(own.status == 201)
    }

    /// A phone comes and goes; answers its activation code.
    private static func revoke(
        _ person: Person,
        _ administrator: TestClient,
        _ community: TestCommunity
    ) async throws -> String {
        let code = try await administrator.call(
            .createActivationCode,
            ["personId": "\(person.id)"]
        ).decode(ActivationCode.self)
        let (phone, _) = try await community.enrolDevice(code: code.code)
        let why = ClientRevocation(reason: "kwijt-geraakt")
        for operation in [API.Operation.revokeTokens, .revokeClient] {
            let answer = try await administrator.call(
                operation,
                ["clientId": "\(phone.id)"],
                body: why
            )
            #expect(answer.status == 201)
        }
        let answer = try await administrator.call(
            .revokeParty,
            ["partyId": "\(person.id)"],
            body: why
        )
        #expect(answer.status == 201)
        let erased = try await administrator.call(.erasePerson, ["personId": "\(person.id)"])
        #expect(erased.status == 201)
        return code.code
    }
}
