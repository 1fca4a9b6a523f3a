import API
import Foundation
import TestSupport
import Testing

/// What a community sets for its wallets, over HTTP.
@Suite struct WalletRulesTests {
    private func wallet(_ resident: TestResident, at moment: Instant? = nil) async throws -> Wallet
    {
        try await resident.phone.call(
            .getWallet,
            ["walletId": "\(resident.wallet)"],
            query: moment.map { "at=\($0)" } ?? ""
        ).decode(Wallet.self)
    }

    private func now(plus seconds: Int64 = 0) -> Instant {
        Instant(microseconds: (Int64(Date().timeIntervalSince1970) + seconds) * 1_000_000)
    }

    /// The day so many days from today, of Greenwich.
    private func day(_ days: Int64) -> String {
        String(now(plus: days * 86_400).description.prefix(10))
    }

    @Test func `a class limits what a wallet moves in a day`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let admin = community.administrator
        let youth = ["className": "youth"]
        let member = WalletClassMember(walletId: payer.wallet)
        #expect(
            try await admin.call(.putWalletIntoClass, youth, body: member).problemType == .notFound
        )
        let made = try await admin.call(
            .setWalletClass,
            body: WalletClassSetting(name: "youth", dailySpending: EuroAmount(value: "10.00"))
        ).decode(WalletClass.self)
        #expect(made.dailySpending?.value == "10.00" && made.dailyReceiving == nil)
        #expect(try await admin.call(.putWalletIntoClass, youth, body: member).status == 201)
        let stranger = WalletClassMember(walletId: Identifier(UUID()))
        #expect(
            try await admin.call(.putWalletIntoClass, youth, body: stranger).problemType
                == .unknownWallet
        )
        #expect(try await payer.give("10.01", to: payee).problemType == .dailyLimit)
        #expect(try await payer.give("6.00", to: payee).status == 201)
        #expect(try await payer.give("4.01", to: payee).problemType == .dailyLimit)
        // Pots that a wallet gets later are under its class too.
        #expect(
            try await admin.call(
                .putWalletIntoClass,
                youth,
                body: WalletClassMember(walletId: payee.wallet)
            ).status == 201
        )
        _ = try await admin.call(
            .setWalletClass,
            body: WalletClassSetting(
                name: "youth",
                dailySpending: EuroAmount(value: "20.00"),
                dailyReceiving: EuroAmount(value: "1.00")
            )
        )
        #expect(try await payer.give("5.00", to: payee).problemType == .dailyLimit)
        #expect(try await payer.give("1.00", to: payee).status == 201)
        let list = try await admin.call(.listWalletClasses).decode(Page<WalletClass>.self)
        #expect(list.items.map(\.name) == ["youth"] && list.items[0].wallets == 2)
        #expect(try await payer.phone.call(.listWalletClasses).status == 403)
    }

    @Test func `coins of a coin under a policy lose value, also in pots opened later`()
        async throws
    {
        let community = try await TestCommunity.make()
        let early = try await community.resident(with: "100.00")
        let coin = ["coinCode": TestCommunity.coin]
        let creation = DepreciationPolicyCreation(
            method: .linear,
            period: .day,
            periods: 10,
            startsOn: day(1)
        )
        let admin = community.administrator
        let policy = try await admin.call(.addDepreciationPolicy, coin, body: creation)
            .decode(DepreciationPolicy.self)
        #expect(policy.periods == 10 && policy.partsPerMillion == nil)
        let again = try await admin.call(.addDepreciationPolicy, coin, body: creation)
        #expect(again.problemType == .depreciationPolicyExists)
        let late = try await community.resident(with: "40.00")
        for (resident, value) in [(early, "100.00"), (late, "40.00")] {
            #expect(try await wallet(resident).pots[0].available.value == value)
            // Nothing is left when the term is over, whoever asks now.
            let end = try await wallet(resident, at: now(plus: 13 * 86_400))
            #expect(end.pots[0].available.value == "0.00" && end.totals[0].posted.value == "0.00")
            let half = try await wallet(resident, at: now(plus: 6 * 86_400))
            let left = try #require(Double(half.pots[0].available.value))
            let whole = try #require(Double(value))
            #expect(left >= whole * 0.39 && left <= whole * 0.61)
        }
        let listed = try await early.phone.call(.listDepreciationPolicies, coin)
            .decode(Page<DepreciationPolicy>.self)
        #expect(listed.items == [policy])
        let books = try await admin.call(.getCirculation, coin).decode(Circulation.self)
        #expect(books.depreciated.value == "0.00" && books.circulation.value == "200000.00")
    }

    @Test func `a policy takes one measure, a day and a programme that there is`() async throws {
        let community = try await TestCommunity.make()
        let coin = ["coinCode": TestCommunity.coin]
        func add(
            _ method: DepreciationMethod,
            parts: Int? = nil,
            periods: Int? = nil,
            startsOn: String = "2026-04-01",
            programme: Identifier? = nil,
            sink: Identifier? = nil
        ) async throws -> TestAnswer {
            try await community.administrator.call(
                .addDepreciationPolicy,
                coin,
                body: DepreciationPolicyCreation(
                    method: method,
                    period: .month,
                    partsPerMillion: parts,
                    periods: periods,
                    startsOn: startsOn,
                    programmeId: programme,
                    sinkId: sink
                )
            )
        }
        for refused in [
            try await add(.linear, parts: 5), try await add(.linear),
            try await add(.exponential, parts: 5, periods: 5),
            try await add(.linear, periods: 5001),
            try await add(.linear, periods: 5, startsOn: "2026-02-30"),
            try await add(.linear, periods: 5, sink: Identifier(UUID())),
        ] {
            #expect(refused.problemType == .invalidRequest)
        }
        let unknown = try await add(.linear, periods: 5, programme: Identifier(UUID()))
        #expect(unknown.problemType == .unknownProgramme)
        let programme = try await community.fundedProgramme()
        let own = try await add(.linear, periods: 5, programme: programme.id)
            .decode(DepreciationPolicy.self)
        #expect(own.programmeId == programme.id)
        // Another policy may use the same sink.
        let general = try await add(.exponential, parts: 9, sink: own.sinkId)
            .decode(DepreciationPolicy.self)
        #expect(general.sinkId == own.sinkId)
        #expect(
            try await community.clerk.call(
                .addDepreciationPolicy,
                coin,
                body: DepreciationPolicyCreation(
                    method: .linear,
                    period: .day,
                    periods: 5,
                    startsOn: "2026-04-01"
                )
            ).status == 403
        )
    }

    @Test func `a wallet shows what was in it at a moment`() async throws {
        let community = try await TestCommunity.make()
        let payer = try await community.resident(with: "50.00")
        let payee = try await community.enrolPerson("B")
        let first = try await payer.give("20.00", to: payee).decode(Transfer.self)
        let second = try await payer.give("5.00", to: payee).decode(Transfer.self)
        func available(_ microseconds: Int64) async throws -> String? {
            try await wallet(payer, at: Instant(microseconds: microseconds)).totals.first?
                .available.value
        }
        let moments = (first.postedAt.microseconds, second.postedAt.microseconds)
        #expect(try await available(moments.0 - 1) == "50.00")
        #expect(try await available(moments.0) == "30.00")
        #expect(try await available(moments.1 - 1) == "30.00")
        #expect(try await available(moments.1) == "25.00")
        #expect(try await wallet(payer, at: now(plus: -86_400)).pots.isEmpty)
        let wrong = try await payer.phone.call(
            .getWallet,
            ["walletId": "\(payer.wallet)"],
            query: "at=yesterday"
        )
        #expect(wrong.problemType == .invalidRequest)
    }

    @Test func `pots of a programme that ends show when, and are empty then`() async throws {
        let community = try await TestCommunity.make()
        let end = now(plus: 3600)
        let programme = try await community.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "Zomerpas",
                coin: TestCommunity.coin,
                potsExpireAt: end
            )
        ).decode(Programme.self)
        #expect(programme.potsExpireAt == end)
        let past = try await community.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "Voorbij",
                coin: TestCommunity.coin,
                potsExpireAt: now(plus: -10)
            )
        )
        #expect(past.problemType == .invalidRequest)
        _ = try await community.treasurer.call(
            .fundProgramme,
            ["programmeId": "\(programme.id)"],
            body: FundingCreation(amount: community.amount("100.00"), bankReference: "zomerpas")
        ).decode(Funding.self)
        let resident = try await community.resident(with: "10.00", iban: 77_000_001)
        try await community.credit(
            [TestCredit("Inwoner", TestIBAN.number(77_000_001), "30.00")],
            programme: programme
        )
        let pots = try await wallet(resident).pots
        #expect(pots.map(\.expiresAt).contains(end))
        #expect(pots.first { $0.expiresAt == nil }?.available.value == "10.00")
        let after = try await wallet(resident, at: now(plus: 7200))
        #expect(after.totals.first?.available.value == "10.00")
    }
}
