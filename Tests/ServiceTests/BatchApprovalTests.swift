import API
import Foundation
import TestSupport
import Testing

@Suite struct BatchApprovalTests {
    @Test func `a large batch takes two people besides the submitter`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(twoApproversFrom: community.amount("20.00"))
        )
        let number = TestIBAN.number(21)
        let resident = try await community.enrolPerson("A", iban: number)
        let small = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "19.99")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(small.approvalsNeeded == 1)
        let large = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "20.00")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(large.approvalsNeeded == 2 && large.payable?.value == "20.00")

        // Whoever lowers the guard now lowers it for the next file.
        try await community.setFiles(of: programme.id, FileSettingsCreation())
        let path = ["batchId": "\(large.id)"]
        let first = try await community.approver.call(
            .approveBatch,
            path,
            body: BatchApproval()
        ).decode(Batch.self)
        #expect(first.state == .validated && first.approvals.count == 1)
        #expect(first.approvedBy == nil)
        let again = try await community.approver.call(.approveBatch, path, body: BatchApproval())
        #expect(again.problemType == .secondPersonRequired)

        let second = try await community.administrator.register(
            "Tweede",
            [.benefitsApprover],
            of: community.institution
        )
        _ = try await second.call(.approveBatch, path, body: BatchApproval()).decode(Batch.self)
        let done = try await community.settled(large.id)
        #expect(done.state == .done && done.approvals.count == 2)
        #expect(try await resident.available() == "20.00")
    }

    @Test func `whoever lowers the guard does not lower it for their own files`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let colleague = try await community.administrator.register(
            "Tweede klerk",
            [.benefitsClerk],
            of: community.institution
        )
        func set(_ value: String?, by clerk: TestClient) async throws {
            _ = try await clerk.call(
                .setFileSettings,
                ["programmeId": "\(programme.id)"],
                body: FileSettingsCreation(twoApproversFrom: value.map { community.amount($0) })
            ).decode(FileSettings.self)
        }
        var number = 60
        func needed(_ value: String) async throws -> Int {
            number += 1
            return try await community.submit(
                TestPaymentFile.xml([TestCredit("A", TestIBAN.number(number), value)]),
                to: programme.id
            ).decode(Batch.self).approvalsNeeded
        }
        try await set("20.00", by: colleague)
        try await set("30.00", by: community.clerk)
        #expect(try await needed("20.00") == 2)
        try await set(nil, by: community.clerk)
        #expect(try await needed("20.00") == 2)
        try await set("30.00", by: colleague)
        #expect(try await needed("20.00") == 1)
        #expect(try await needed("30.00") == 2)
        try await set("10.00", by: community.clerk)
        #expect(try await needed("10.00") == 2)
    }

    @Test func `people who approve at once set the money apart once`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("15.00")
        var approvers = [community.approver]
        for place in 1...3 {
            approvers.append(
                try await community.administrator.register(
                    "Goedkeurder \(place)",
                    [.benefitsApprover],
                    of: community.institution
                )
            )
        }
        // Together the two cost more than there is: one of them is paid.
        let batches = try await [31, 32].asyncMap { number in
            try await community.submit(
                TestPaymentFile.xml([TestCredit("A", TestIBAN.number(number), "10.00")]),
                to: programme.id
            ).decode(Batch.self).id
        }
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for approver in approvers {
                for batch in batches {
                    group.addTask {
                        try await approver.call(
                            .approveBatch,
                            ["batchId": "\(batch)"],
                            body: BatchApproval()
                        )
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 202 }.count == 1)
        #expect(
            answers.filter { $0.status != 202 }.allSatisfy {
                [.budgetExceeded, .batchNotApprovable].contains($0.problemType)
            }
        )
        let states = try await batches.asyncMap { try await community.batch($0).state }
        #expect(states.filter { $0 == .validated }.count == 1)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "5.00" && budget.reserved.value == "10.00")
    }

    @Test func `of many who approve at once as many count as are needed`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(twoApproversFrom: community.amount("10.00"))
        )
        var approvers = [community.approver]
        for place in 1...3 {
            approvers.append(
                try await community.administrator.register(
                    "Goedkeurder \(place)",
                    [.benefitsApprover],
                    of: community.institution
                )
            )
        }
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", TestIBAN.number(35), "10.00")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(batch.approvalsNeeded == 2)
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for approver in approvers {
                group.addTask {
                    try await approver.call(
                        .approveBatch,
                        ["batchId": "\(batch.id)"],
                        body: BatchApproval()
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 202 }.count == 2)
        #expect(
            answers.filter { $0.status != 202 }
                .allSatisfy { $0.problemType == .batchNotApprovable }
        )
        let done = try await community.settled(batch.id)
        #expect(done.state == .done && done.approvals.count == 2)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "90.00" && budget.reserved.value == "10.00")
    }

    @Test func `a batch with a line that fails is partly done`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let numbers = [TestIBAN.number(33), TestIBAN.number(34)]
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let xml = TestPaymentFile.xml([
            TestCredit("A", numbers[0], "10.00"), TestCredit("B", numbers[1], "5.00"),
        ]).replacing(
            "<IBAN>\(numbers[1])</IBAN></Id></CdtrAcct>",
            with: "<Othr><Id>niemand.\(Int.random(in: 1000...9999))</Id><SchmeNm>"
                + "<Prtry>WIJKMUNT-ALIAS</Prtry></SchmeNm></Othr></Id></CdtrAcct>"
        )
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        let after = try await community.approve(batch.id)
        #expect(after.state == .partlyDone)
        #expect(after.counts.credited == 1 && after.counts.failed == 1)
        #expect(try await resident.available() == "10.00")
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "40.00" && budget.reserved.value == "0.00")
        #expect(budget.paid.value == "10.00")
        #expect(
            try await community.clerk.call(
                .cancelBatch,
                ["batchId": "\(batch.id)"],
                body: BatchCancellation(reason: "te laat")
            ).problemType == .batchNotCancellable
        )
    }

    @Test func `the good lines of a file are taken where the programme says so`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines)
        )
        let number = TestIBAN.number(35)
        let resident = try await community.enrolPerson("A", iban: number)
        let credits = [
            TestCredit("A", number, "10.00"), TestCredit("B", "NL00TEST0000000001", "10.00"),
        ]
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(batch.state == .validated && batch.payable?.value == "10.00")
        #expect(batch.counts.acceptable == 1 && batch.counts.refused == 1)
        let done = try await community.approve(batch.id)
        #expect(done.state == .done && done.counts.credited == 1)
        #expect(try await resident.available() == "10.00")
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(batch.id)"]
        )
        #expect(report.text.contains("PART") && report.text.contains("AC03"))

        // A refusal of the file itself, here its count, refuses all of it.
        let wrong = try await community.submit(
            TestPaymentFile.xml(credits, count: 7),
            to: programme.id
        ).decode(Batch.self)
        #expect(wrong.state == .refused)
    }

    @Test func `settings of files are versions, read by who reads programmes`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let path = ["programmeId": "\(programme.id)"]
        for value in ["10.00", "20.00"] {
            try await community.setFiles(
                of: programme.id,
                FileSettingsCreation(twoApproversFrom: community.amount(value))
            )
        }
        let list = try await community.approver.call(.listFileSettings, path)
            .decode(Page<FileSettings>.self).items
        #expect(list.map(\.version) == [2, 1])
        #expect(list.map { $0.twoApproversFrom?.value } == ["20.00", "10.00"])
        let foreign = try await community.clerk.call(
            .setFileSettings,
            path,
            body: FileSettingsCreation(twoApproversFrom: Amount(value: "1.00", coin: "anders"))
        )
        #expect(foreign.problemType == .unknownCoin)
    }
}

extension Sequence where Element: Sendable {
    /// Maps one after the other.
    func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
