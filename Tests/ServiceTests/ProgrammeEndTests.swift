import API
import Foundation
import Postgres
import TestSupport
import Testing

/// When the money of programmes ends, and where it is until then.
@Suite struct ProgrammeEndTests {
    /// Somebody with a wallet, credited from a programme.
    private struct Receiver {
        let community: TestCommunity
        let programme: Programme
        let resident: TestResident
        let number: String

        static func make(lasting days: Int) async throws -> Receiver {
            let community = try await TestCommunity.make()
            let programme = try await community.programme(lasting: days)
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            let resident = try await community.enrolPerson("Ontvanger", iban: number)
            return Receiver(
                community: community,
                programme: programme,
                resident: resident,
                number: number
            )
        }

        func credit(_ amount: String) async throws {
            try await community.credit(
                [TestCredit("Ontvanger", number, amount)],
                programme: programme
            )
        }

        /// Those with something in them, soonest end first.
        func pots() async throws -> [Pot] {
            let path = ["walletId": "\(resident.wallet)"]
            return try await resident.phone.call(.getWallet, path).decode(Wallet.self).pots
                .filter { $0.posted.value != "0.00" }
                .sorted { ($0.expiresAt?.microseconds ?? 0) < ($1.expiresAt?.microseconds ?? 0) }
        }

        /// As if everything had been credited so many days ago.
        func age(days: Int) async throws {
            try await community.agePots(of: resident, days: days)
        }
    }

    @Test func `each credit lasts its own days, and what ends first is spent first`() async throws {
        let receiver = try await Receiver.make(lasting: 30)
        try await receiver.credit("10.00")
        try await receiver.credit("2.00")
        // Of one day, so of one end: midnight where the community is.
        let today = try await receiver.pots()
        #expect(today.map(\.posted.value) == ["12.00"])
        let end = try #require(today[0].expiresAt).microseconds / 1_000_000
        let seconds = end - Int64(Date().timeIntervalSince1970)
        // A day of the clock may have an hour more or less.
        let (least, most): (Int64, Int64) = (30 * 86_400 - 3600, 31 * 86_400 + 3600)
        #expect(seconds >= least && seconds <= most)

        try await receiver.age(days: 3)
        try await receiver.credit("5.00")
        let pots = try await receiver.pots()
        #expect(pots.map(\.posted.value) == ["12.00", "5.00"])
        let shop = try await receiver.community.openShop()
        _ = try await receiver.resident.pay(shop.request("13.00")).decode(Payment.self)
        #expect(try await receiver.pots().map(\.posted.value) == ["4.00"])
    }

    @Test func `what has ended returns to the programme, and the rest stays`() async throws {
        let receiver = try await Receiver.make(lasting: 5)
        try await receiver.credit("10.00")
        try await receiver.age(days: 6)
        try await receiver.credit("3.00")
        let told = try await eventually("the ended credit returns") {
            let told = try await receiver.community.commitments(of: receiver.programme.id)
            return told.expired.value == "10.00" ? told : nil
        }
        #expect(try await receiver.pots().map(\.posted.value) == ["3.00"])
        #expect(told.paid.value == "13.00")
        #expect(told.available.value == "997.00")
        #expect(told.addsUp)
    }

    @Test func `an extension moves the end of one person, also of pots to come, never earlier`()
        async throws
    {
        let receiver = try await Receiver.make(lasting: 30)
        let (community, programme) = (receiver.community, receiver.programme.id)
        let other = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let neighbour = try await community.enrolPerson("Buur", iban: other)
        try await receiver.credit("10.00")
        let before = try #require(try await receiver.pots().first?.expiresAt)
        let person = receiver.resident.person
        let given = try await community.extend(programme, for: person, days: 100)
            .decode(Extension.self)
        #expect(given.potCount == 1)
        #expect(try await receiver.pots().first?.expiresAt == given.untilAt)

        let shorter = try await community.extend(programme, for: person, days: 50)
            .decode(Extension.self)
        #expect(shorter.potCount == 0)
        #expect(try await receiver.pots().first?.expiresAt == given.untilAt)

        // Another day, another pot: it lasts as long. A neighbour's does not.
        try await receiver.age(days: 2)
        try await community.credit(
            [TestCredit("Ontvanger", receiver.number, "1.00"), TestCredit("Buur", other, "1.00")],
            programme: receiver.programme
        )
        let pots = try await receiver.pots()
        #expect(pots.count == 2 && pots.last?.expiresAt == given.untilAt)
        let path = ["walletId": "\(neighbour.wallet)"]
        let beside = try await neighbour.phone.call(.getWallet, path).decode(Wallet.self).pots
        #expect(beside.compactMap(\.expiresAt) == [before])
        let listed = try await community.clerk.call(
            .listExtensions,
            ["programmeId": "\(programme)"]
        ).decode(Page<Extension>.self).items
        #expect(listed.map(\.id) == [shorter.id, given.id])
    }

    @Test func `an extension needs an end to move, a person, and a moment ahead`() async throws {
        let community = try await TestCommunity.make()
        let lasting = try await community.programme(lasting: 30)
        let endless = try await community.fundedProgramme()
        let person = try await community.registerPerson("Iemand").id
        let past = try await community.extend(lasting.id, for: person, days: -1)
        #expect(past.problemType == .invalidRequest)
        let nobody = try await community.extend(lasting.id, for: Identifier(UUID()), days: 1)
        #expect(nobody.problemType == .unknownParty)
        let never = try await community.extend(endless.id, for: person, days: 1)
        #expect(never.problemType == .nothingToExtend)
        let nowhere = try await community.extend(Identifier(UUID()), for: person, days: 1)
        #expect(nowhere.problemType == .notFound)
        let both = try await community.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(
                name: "Beide",
                coin: TestCommunity.coin,
                potsExpireAt: Instant("2046-01-01T00:00:00Z"),
                creditsLastDays: 3
            )
        )
        #expect(both.problemType == .invalidRequest)
    }

    @Test func `the overview is the ledger, to the cent, and tells nothing of few`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let programme = try await community.fundedProgramme("500.00")
        var people: [(resident: TestResident, number: String)] = []
        for _ in 0..<5 {
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            people.append((try await community.enrolPerson("Mens", iban: number), number))
        }
        try await community.credit(
            people.map { TestCredit("Mens", $0.number, "20.00") }
                + [TestCredit("Later", TestIBAN.number(77), "7.00")],
            programme: programme
        )
        var told = try await community.commitments(of: programme.id)
        #expect(told.funded.value == "500.00" && told.paid.value == "100.00")
        #expect(told.waiting.value == "7.00" && told.committed.value == "0.00")
        #expect(told.available.value == "393.00")
        #expect(told.spent == nil && told.inWallets == nil && told.addsUp)

        var last: Payment?
        for (resident, _) in people {
            last = try await resident.pay(shop.request("4.00")).decode(Payment.self)
        }
        told = try await community.commitments(of: programme.id)
        #expect(told.spent?.value == "20.00" && told.inWallets?.value == "80.00")
        _ = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(try #require(last).id)"],
            body: RefundCreation(amount: community.amount("1.50"))
        ).decode(Refund.self)
        told = try await community.commitments(of: programme.id)
        #expect(told.spent?.value == "18.50" && told.inWallets?.value == "81.50" && told.addsUp)
    }

    @Test func `a correction counts as what it corrects, the other way round`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let programme = try await community.fundedProgramme("500.00")
        var payments: [Payment] = []
        var people: [TestResident] = []
        for _ in 0..<6 {
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            people.append(try await community.enrolPerson("Mens", iban: number))
            try await community.credit([TestCredit("Mens", number, "20.00")], programme: programme)
            payments.append(try await shop.request("4.00"))
            #expect(
                try await people[people.count - 1].pay(payments[payments.count - 1]).status == 201
            )
        }
        let grant = try await community.newestGrant(of: people[0])
        for (transfer, value) in [(payments[5].id, "4.00"), (grant.id, "3.00")] {
            _ = try await community.administrator.call(
                .createCorrection,
                body: CorrectionCreation(
                    transferId: transfer,
                    amount: community.amount(value),
                    reason: "vergissing"
                )
            ).decode(Correction.self)
        }
        let told = try await community.commitments(of: programme.id)
        #expect(told.paid.value == "120.00" && told.recalled.value == "3.00" && told.addsUp)
        #expect(told.spent?.value == "20.00" && told.inWallets?.value == "97.00")
        let seen = try await community.treasurer.call(
            .getProgrammeSpending,
            ["programmeId": "\(programme.id)"]
        ).decode(ProgrammeSpending.self)
        #expect(seen.spent?.value == "20.00")
    }
}
