import API
import Foundation
import TestSupport
import Testing

@Suite struct DisbursementTests {
    @Test func `a file credits everyone once, whatever is retried`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1000.00")
        let numbers = (0..<3).map { TestIBAN.number(500 + $0) }
        let residents = [
            try await community.enrolPerson("A", iban: numbers[0]),
            try await community.enrolPerson("B", iban: numbers[1]),
        ]
        let xml = TestPaymentFile.xml([
            TestCredit("A", numbers[0], "100"), TestCredit("B", numbers[1], "50.5"),
            TestCredit("C", numbers[2], "25.25"),
        ])
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(batch.state == .validated && batch.count == 3 && batch.total?.value == "175.75")
        let again = try await community.submit(xml, to: programme.id, fileName: "kopie.xml")
        #expect(again.status == 200 && again.headers["wijkmunt-duplicate"] == "true")
        #expect(try again.decode(Batch.self).id == batch.id)

        let done = try await community.approve(batch.id)
        #expect(done.counts.credited == 2 && done.counts.waiting == 1)
        #expect(try await community.submit(xml, to: programme.id).status == 200)
        #expect(
            try await community.approver.call(
                .approveBatch,
                ["batchId": "\(batch.id)"],
                body: BatchApproval()
            ).problemType == .batchNotApprovable
        )
        #expect(try await residents[0].available() == "100.00")
        #expect(try await residents[1].available() == "50.50")

        // Who enrols later finds the money that waited.
        let late = try await community.enrolPerson("C", iban: numbers[2])
        _ = try await eventually("the waiting credit lands") {
            try await late.available() == "25.25" ? true : nil
        }
        let budget = try await community.clerk.call(
            .getProgramme,
            ["programmeId": "\(programme.id)"]
        ).decode(Programme.self).budget
        #expect(budget.paid.value == "175.75" && budget.reserved.value == "0.00")
        #expect(budget.available.value == "824.25")
        let books = try await community.books()
        #expect(books.circulation == "1000.00" && books.reserve == "1000.00")
    }

    @Test func `one wrong line refuses the file and says which`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme()
        let number = TestIBAN.number(7)
        let xml = TestPaymentFile.xml([
            TestCredit("A", number, "10.00"), TestCredit("B", "NL00TEST0000000001", "10.00"),
            TestCredit("C", TestIBAN.number(8), "10.001"),
        ])
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(batch.state == .refused)
        let findings = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"]
        ).decode(Page<Finding>.self).items
        #expect(Set(findings.filter { $0.severity == .refusal }.map(\.code)) == ["AC03", "CH20"])
        #expect(findings.allSatisfy { !$0.text.isEmpty && !$0.textDutch.isEmpty })
        #expect(
            try await community.approver.call(
                .approveBatch,
                ["batchId": "\(batch.id)"],
                body: BatchApproval()
            ).problemType == .batchNotApprovable
        )
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(batch.id)"]
        )
        #expect(report.text.contains("pain.002.001.03") && report.text.contains("RJCT"))
        #expect(report.text.contains("AC03"))
    }

    @Test(arguments: [
        "", "nonsense", "<Document/>", "{}", "<?xml version=\"1.0\"?><a><b>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
    ])
    func `what is no payment file is refused with a report`(text: String) async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme()
        let answer = try await community.submit(text, to: programme.id)
        #expect(answer.status < 500)
        let batch = try answer.decode(Batch.self)
        #expect(batch.state == .refused && batch.counts.acceptable == 0)
        let findings = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"]
        ).decode(Page<Finding>.self).items
        #expect(findings.contains { $0.code == "FF01" })
        #expect(!findings.contains { $0.text.contains("root:") })
    }

    @Test func `a message id stands for one file`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme()
        let credit = TestCredit("A", TestIBAN.number(9), "10.00")
        let first = try await community.submit(
            TestPaymentFile.xml([credit], messageID: "M-1"),
            to: programme.id
        ).decode(Batch.self)
        let second = try await community.submit(
            TestPaymentFile.xml([credit, credit], messageID: "M-1"),
            to: programme.id
        )
        #expect(second.problemType == .messageIdReused)
        #expect(second.problem?.batchId == first.id)
    }

    @Test func `one file uploaded many times at once is one batch`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme()
        let xml = TestPaymentFile.xml(
            (0..<200).map { TestCredit("N\($0)", TestIBAN.number(10_000 + $0), "1.00") }
        )
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<6 {
                group.addTask { try await community.submit(xml, to: programme.id) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { [200, 201].contains($0.status) })
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(Set(try answers.map { try $0.decode(Batch.self).id }).count == 1)
    }

    @Test func `the submitter does not approve, and a budget is not exceeded`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("15.00")
        let both = try await community.administrator.register(
            "Dubbelrol",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        let xml = TestPaymentFile.xml([TestCredit("A", TestIBAN.number(11), "10.00")])
        let batch = try await both.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(xml.utf8)
        ).decode(Batch.self)
        let path = ["batchId": "\(batch.id)"]
        #expect(
            try await both.call(.approveBatch, path, body: BatchApproval()).problemType
                == .secondPersonRequired
        )
        let second = try await community.submit(
            TestPaymentFile.xml([TestCredit("B", TestIBAN.number(12), "10.00")]),
            to: programme.id
        ).decode(Batch.self)
        try await community.approve(batch.id)
        let tooMuch = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(second.id)"],
            body: BatchApproval()
        )
        #expect(tooMuch.problemType == .budgetExceeded)
    }

    @Test func `euros from the bank fund a programme once`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("10.00")
        let funding = FundingCreation(
            amount: community.amount("5.00"),
            bankReference: "NTRF-1"
        )
        func fund() async throws -> TestAnswer {
            try await community.treasurer.call(
                .fundProgramme,
                ["programmeId": "\(programme.id)"],
                body: funding
            )
        }
        #expect(try await fund().status == 201)
        #expect(try await fund().problemType == .bankReferenceReused)
        #expect(try await community.books().circulation == "15.00")
    }

    @Test func `a credit by alias finds the wallet`() async throws {
        let community = try await TestCommunity.make()
        let resident = try await community.enrolPerson(
            "Alias",
            alias: "noor.\(Int.random(in: 1000...9999))"
        )
        let wallet = try await resident.phone.call(
            .getWallet,
            ["walletId": "\(resident.wallet)"]
        ).decode(Wallet.self)
        let number = TestIBAN.number(13)
        let xml = TestPaymentFile.xml([TestCredit("Alias", number, "10.00")]).replacing(
            "<CdtrAcct><Id><IBAN>\(number)</IBAN></Id></CdtrAcct>",
            with: "<CdtrAcct><Id><Othr><Id>\(wallet.alias ?? "")</Id><SchmeNm>"
                + "<Prtry>WIJKMUNT-ALIAS</Prtry></SchmeNm></Othr></Id></CdtrAcct>"
        )
        let programme = try await community.fundedProgramme()
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        try await community.approve(batch.id)
        #expect(try await resident.available() == "10.00")
    }

    @Test func `money for an alias that nobody has goes to nobody`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let alias = "later.\(Int.random(in: 100_000...999_999))"
        let number = TestIBAN.number(14)
        let xml = TestPaymentFile.xml([TestCredit("Later", number, "10.00")]).replacing(
            "<IBAN>\(number)</IBAN></Id></CdtrAcct>",
            with: "<Othr><Id>\(alias)</Id><SchmeNm><Prtry>WIJKMUNT-ALIAS</Prtry></SchmeNm>"
                + "</Othr></Id></CdtrAcct>"
        )
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(batch.state == .validated)
        let done = try await community.approve(batch.id)
        #expect(done.counts.failed == 1 && done.counts.waiting == 0)
        let opportunist = try await community.enrolPerson("Iemand", alias: alias)
        // A later file shows that whatever would land has landed.
        let own = TestIBAN.number(15)
        try await community.credit([TestCredit("Ander", own, "1.00")], programme: programme)
        _ = try await community.enrolPerson("Ander", iban: own)
        _ = try await eventually("a waiting credit lands") {
            let budget = try await community.clerk.call(
                .getProgramme,
                ["programmeId": "\(programme.id)"]
            ).decode(Programme.self).budget
            return budget.reserved.value == "0.00" ? true : nil
        }
        #expect(try await opportunist.available() == "0.00")
        let budget = try await community.clerk.call(
            .getProgramme,
            ["programmeId": "\(programme.id)"]
        ).decode(Programme.self).budget
        #expect(budget.available.value == "99.00" && budget.paid.value == "1.00")
    }
}
