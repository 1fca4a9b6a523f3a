import API
import Foundation
import TestSupport
import Testing

/// Lines that are refused when their file comes, because of what is known besides the file.
@Suite struct UnpayableLineTests {
    private func refusals(of batch: Batch, in community: TestCommunity) async throws -> [Finding] {
        try await community.clerk.call(.listFindings, ["batchId": "\(batch.id)"])
            .decode(Page<Finding>.self).items.filter { $0.severity == .refusal }
    }

    @Test func `limits are found line by line, with what the person has got`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let (number, other) = (TestIBAN.number(61), TestIBAN.number(62))
        let resident = try await community.enrolPerson("A", iban: number)
        try await community.credit([TestCredit("A", number, "40.00")], programme: programme)
        _ = try await community.setCreditRules(
            CreditRulesCreation(
                mostPerCredit: community.amount("50.00"),
                mostPerPerson: community.amount("100.00"),
                personPeriod: .programme
            ),
            of: programme.id
        ).decode(CreditRules.self)
        let credits = [
            TestCredit("A", number, "45.00"), TestCredit("A", number, "16.00"),
            TestCredit("A", number, "15.00"), TestCredit("B", other, "50.01"),
        ]
        let whole = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(whole.state == .refused && whole.counts.refused == 2)
        let found = try await refusals(of: whole, in: community)
        #expect(found.map(\.code) == ["AM14", "AM02"] && found.map(\.line) == [2, 4])
        #expect(found[0].path == "PmtInf[2]/CdtTrfTxInf[1]/Amt/InstdAmt")
        #expect(found[0].text.contains("100.00") && found[1].textDutch.contains("50.00"))
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(whole.id)"]
        )
        #expect(report.text.contains("AM14") && report.text.contains("AM02"))

        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines)
        )
        let part = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(part.state == .validated && part.payable?.value == "60.00")
        #expect(try await community.approve(part.id).counts.credited == 2)
        #expect(try await resident.available() == "100.00")
    }

    @Test func `a day on which the programme does not pay is found in its block`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let credits = [TestCredit("A", TestIBAN.number(63), "10.00")]
        _ = try await community.setCreditRules(
            CreditRulesCreation(paysUntil: TestPaymentFile.day(in: 100)),
            of: programme.id
        ).decode(CreditRules.self)
        let late = try await community.submit(
            TestPaymentFile.xml(credits, executionInDays: 200),
            to: programme.id
        ).decode(Batch.self)
        let found = try await refusals(of: late, in: community)
        #expect(late.state == .refused && found.map(\.code) == ["DT01"])
        #expect(found[0].level == .payment && found[0].path == "PmtInf[1]/ReqdExctnDt")
        let now = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(now.state == .validated)

        // It begins to pay later: who pays at once may wait with the approval.
        try await community.loosen(
            programme.id,
            to: CreditRulesCreation(paysFrom: "2090-01-01")
        )
        let early = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", TestIBAN.number(63), "11.00")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(early.state == .refused)
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let waiting = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", TestIBAN.number(63), "12.00")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(waiting.state == .validated)
    }

    @Test func `who died or moved away is paid no more, and a file does not say why`() async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines)
        )
        let numbers = (64...66).map(TestIBAN.number)
        let dead = try await community.enrolPerson("A", iban: numbers[0])
        let away = try await community.registerPerson("B", iban: numbers[1])
        let rumour = try await community.enrolPerson("C", iban: numbers[2])
        let credits = zip(["A", "B", "C"], numbers).map { TestCredit($0, $1, "10.00") }
        let before = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(before.counts.acceptable == 3)
        _ = try await community.depart(dead.person, .died)
        _ = try await community.depart(away.id, .movedAway)
        _ = try await community.reportDeparture(of: rumour.person).decode(Departure.self)

        let after = try await community.submit(
            TestPaymentFile.xml(
                zip(credits, ["11.00", "12.00", "13.00"]).map {
                    TestCredit($0.name, $0.iban, $1)
                }
            ),
            to: programme.id
        ).decode(Batch.self)
        #expect(after.state == .validated && after.payable?.value == "13.00")
        let found = try await refusals(of: after, in: community)
        #expect(found.map(\.line) == [1, 2] && found.map(\.code) == ["MS03", "MS03"])
        #expect(Set(found.map(\.text)).count == 1 && Set(found.map(\.textDutch)).count == 1)
        // What was taken before pays them no more, whoever approves it.
        let paid = try await community.approve(before.id)
        #expect(paid.counts.credited == 1 && paid.counts.failed == 2)
        #expect(paid.counts.waiting == 0)
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(before.id)"]
        ).text
        #expect(report.split(separator: "<Cd>MS03<").count == 3)
        #expect(try await rumour.available() == "10.00")
    }
}
