import API
import AsyncHTTPClient
import Foundation
import Postgres
import TestSupport
import Testing

/// The stream of what happens to a wallet.
@Suite struct WalletEventTests {
    @Test func `an app hears of a credit what the payment file said, once`() async throws {
        let community = try await TestCommunity.make()
        let account = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Inwoner", iban: account)
        let programme = try await community.fundedProgramme()
        try await community.credit(
            [TestCredit("Inwoner", account, "12.34"), TestCredit("Inwoner", account, "12.34")],
            programme: programme
        )
        let heard = try await resident.hear(after: "0", until: 2)
        #expect(heard.map(\.name) == ["start", "wallet.credited", "wallet.credited"])
        #expect(heard.map(\.id) == ["0", "1", "2"])
        let events = try heard.dropFirst().map(Self.event)
        for event in events {
            #expect(event.data.amount == community.amount("12.34"))
            #expect(event.data.programmeId == programme.id)
            #expect(event.data.programmeName == programme.name)
            #expect(event.data.reference == "Leefgeld")
            #expect(event.data.kind == "disbursement")
        }
        #expect(Set(events.map(\.data.transferId)).count == 2)
        #expect(try await resident.hearBriefly(after: "2").map(\.name) == ["start"])
    }

    @Test func `a credit has the payer's own reference, at once or after waiting`() async throws {
        let community = try await TestCommunity.make()
        let numbers = (0..<2).map { _ in TestIBAN.number(Int.random(in: 1_000_000...999_999_999)) }
        let enrolled = try await community.enrolPerson("Inwoner", iban: numbers[0])
        let programme = try await community.fundedProgramme()
        let credits = [
            TestCredit("Inwoner", numbers[0], "1.00"), TestCredit("Later", numbers[1], "2.00"),
            TestCredit("Inwoner", numbers[0], "3.00"),
        ]
        // The third line gives none.
        var lines = TestPaymentFile.xml(credits).components(separatedBy: "<EndToEndId>")
        for index in 1...2 {
            lines[index] = lines[index].replacing(
                "NOTPROVIDED<",
                with: "BIJSTAND-\(index)<",
                maxReplacements: 1
            )
        }
        let batch = try await community.submit(
            lines.joined(separator: "<EndToEndId>"),
            to: programme.id
        ).decode(Batch.self)
        try await community.approve(batch.id)
        let told = try await enrolled.hear(after: "0", until: 2).dropFirst().map(Self.event)
        let references = told.map {
            "\($0.data.amount?.value ?? "") \($0.data.endToEndId ?? "none")"
        }
        #expect(Set(references) == ["1.00 BIJSTAND-1", "3.00 none"])
        let later = try await community.enrolPerson("Later", iban: numbers[1])
        let landed = try await later.hear(after: "0", until: 1).dropFirst().map(Self.event)
        #expect(landed.map(\.data.kind) == ["landing"])
        #expect(landed.map(\.data.endToEndId) == ["BIJSTAND-2"])
    }

    @Test func `an open stream hears of a credit when the file is carried out`() async throws {
        let community = try await TestCommunity.make()
        let account = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Inwoner", iban: account)
        let response = try await resident.phone.open(
            .streamWalletEvents,
            resident.path,
            query: "seconds=600"
        )
        let text = HeardText()
        var heard: [HeardEvent] = []
        for try await chunk in response.body {
            let before = heard.count
            heard += text.add(chunk)
            if before == 0, heard.count == 1 {
                try await community.credit([TestCredit("Inwoner", account, "3.00")])
            }
            if heard.count > 1 { break }
        }
        #expect(heard.map(\.name) == ["start", "wallet.credited"])
    }

    @Test func `who comes back has missed nothing, whatever moved the coins`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (giver, friend) = (
            try await community.resident(with: "20.00"), try await community.enrolPerson("Vriend")
        )
        #expect(try await giver.hear(after: "0", until: 1).count == 2)
        #expect(try await giver.pay(try await shop.request("1.00")).status == 201)
        for _ in 0..<4 {
            _ = try await giver.give("2.00", to: friend).decode(Transfer.self)
        }
        // Two at once give each event one number.
        async let one = giver.hear(after: "1", until: 5)
        async let other = giver.hear(after: "1", until: 5)
        let (first, second) = (try await one, try await other)
        #expect(first == second)
        #expect(first.map(\.id) == (1...6).map { "\($0)" })
        let events = try first.dropFirst().map(Self.event)
        #expect(events.map(\.type) == Array(repeating: "wallet.debited", count: 5))
        #expect(events.map(\.data.kind) == ["payment"] + Array(repeating: "transfer", count: 4))
        let credits = try await friend.hear(after: "0", until: 4).dropFirst().map(Self.event)
        #expect(credits.map(\.data.transferId) == events.dropFirst().map(\.data.transferId))
        #expect(credits.map(\.type) == Array(repeating: "wallet.credited", count: 4))
    }

    @Test func `a notice is heard among the rest`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme(potsExpireIn: 5)
        let account = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Inwoner", iban: account)
        try await community.credit(
            [TestCredit("Inwoner", account, "5.00")],
            programme: programme
        )
        let owner = try await OpenedDatabase.shared.owner
        // The worker may have done it already.
        _ = try await owner.query("SELECT disbursement.remind_of_expiry(1000)") {
            try $0.one().decode(Int32.self)
        }
        let events = try await resident.hear(after: "0", until: 2).dropFirst().map(Self.event)
        #expect(Set(events.map(\.type)) == ["wallet.credited", "notice.expiry-near"])
        let told = try #require(events.first { $0.type == "notice.expiry-near" })
        #expect(told.data.subjectId == events.first { $0.data.potId != nil }?.data.potId)
        #expect(told.data.amount == community.amount("5.00"))
        #expect(told.data.programmeId == programme.id)
        #expect(told.data.dueAt != nil)
        #expect(told.data.transferId == nil)
    }

    @Test func `events are forgotten after their days, and who asks for them is told so`()
        async throws
    {
        let community = try await TestCommunity.make()
        let number = Int.random(in: 1_000_000...999_999_999)
        let resident = try await community.resident(with: "5.00", iban: number)
        try await community.credit([TestCredit("Inwoner", TestIBAN.number(number), "1.00")])
        #expect(try await resident.hear(after: "0", until: 2).count == 3)
        let owner = try await OpenedDatabase.shared.owner
        _ = try await owner.execute(
            """
            UPDATE wallet.event SET occurred_at = now() - interval '40 days'
             WHERE wallet_id = \(resident.wallet.uuid) AND nr = 1
            """
        )
        _ = try await owner.query("SELECT wallet.forget_events(30, 1000)") {
            try $0.one().decode(Int64.self)
        }
        for (last, isKept) in [("0", false), ("1", true), ("2", true), ("3", false)] {
            let answer = try await resident.phone.call(
                .streamWalletEvents,
                resident.path,
                query: "seconds=1",
                headers: ["Last-Event-ID": last]
            )
            #expect((answer.status == 200) == isKept, "\(last)")
            if !isKept { #expect(answer.problemType == .eventsForgotten, "\(last)") }
        }
    }

    private static func event(_ heard: HeardEvent) throws -> WalletEvent {
        let event = try JSONDecoder().decode(WalletEvent.self, from: Data(heard.data.utf8))
        #expect(event.type == heard.name)
        #expect("\(event.data.nr)" == heard.id)
        return event
    }
}

extension TestResident {
    fileprivate var path: [String: String] { ["walletId": "\(wallet)"] }

    fileprivate func hear(after last: String, until count: Int) async throws -> [HeardEvent] {
        try await phone.hear(.streamWalletEvents, path, after: last, until: count)
    }

    fileprivate func hearBriefly(after last: String) async throws -> [HeardEvent] {
        try await phone.hearBriefly(.streamWalletEvents, path, after: last)
    }
}
