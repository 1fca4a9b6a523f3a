import API
import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct BatchExecutionTests {
    @Test func `a batch waits for its day, and can be cancelled until then`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("30.00")
        let number = TestIBAN.number(41)
        let resident = try await community.enrolPerson("A", iban: number)
        let earliest = TestPaymentFile.day(in: 30)
        let later = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "10.00")], executionInDays: 30),
            to: programme.id
        ).decode(Batch.self)
        let day = try #require(later.executesOn)
        #expect(day >= earliest && day <= TestPaymentFile.day(in: 35))
        let path = ["batchId": "\(later.id)"]
        _ = try await community.approver.call(.approveBatch, path, body: BatchApproval())
            .decode(Batch.self)
        // What is approved later and due is paid first, which shows that the first one was looked at.
        try await community.credit([TestCredit("A", number, "1.00")], programme: programme)
        #expect(try await community.batch(later.id).state == .approved)
        #expect(try await resident.available() == "1.00")
        #expect(try await community.budget(of: programme.id).available.value == "19.00")

        let cancelled = try await community.clerk.call(
            .cancelBatch,
            path,
            body: BatchCancellation(reason: "toch niet")
        ).decode(Batch.self)
        #expect(cancelled.state == .cancelled)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "29.00" && budget.reserved.value == "0.00")
        let again = try await community.approver.call(.approveBatch, path, body: BatchApproval())
        #expect(again.problemType == .batchNotApprovable)
    }

    @Test func `a programme may pay before the day that a file asks for`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("30.00")
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let number = TestIBAN.number(42)
        let resident = try await community.enrolPerson("A", iban: number)
        let batch = try await community.submit(
            TestPaymentFile.xml([TestCredit("A", number, "10.00")], executionInDays: 30),
            to: programme.id
        ).decode(Batch.self)
        #expect(batch.executesOn == nil)
        try await community.approve(batch.id)
        #expect(try await resident.available() == "10.00")
    }

    @Test func `the parts of a file are paid on their own days`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("30.00")
        let numbers = [TestIBAN.number(43), TestIBAN.number(44)]
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let due = "<ReqdExctnDt>\(TestPaymentFile.bankDay)</ReqdExctnDt>"
        let later = TestPaymentFile.day(in: 30)
        let xml = TestPaymentFile.xml(numbers.map { TestCredit("A", $0, "10.00") })
        let second = try #require(xml.range(of: due, options: .backwards))
        let batch = try await community.submit(
            xml.replacingCharacters(
                in: second,
                with: "<ReqdExctnDt>\(later)</ReqdExctnDt>"
            ),
            to: programme.id
        ).decode(Batch.self)
        _ = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        ).decode(Batch.self)
        let between = try await eventually("the first part is paid") {
            let batch = try await community.batch(batch.id)
            let isPutOff = (batch.executesOn ?? "") >= later
            return batch.counts.credited == 1 && isPutOff ? batch : nil
        }
        #expect(between.state == .executing && between.counts.acceptable == 1)
        #expect(try await resident.available() == "10.00")
        #expect(try await community.budget(of: programme.id).reserved.value == "10.00")
        let late = try await community.clerk.call(
            .cancelBatch,
            ["batchId": "\(batch.id)"],
            body: BatchCancellation(reason: "te laat")
        )
        #expect(late.problemType == .batchNotCancellable)
        try await community.change(
            """
            WITH lines AS (
                UPDATE disbursement.instruction SET execution_on = execution_on - 100
                 WHERE batch_id = \(batch.id.uuid))
            UPDATE disbursement.batch SET executes_on = executes_on - 100
             WHERE id = \(batch.id.uuid)
            """
        )
        let done = try await community.settled(batch.id)
        #expect(done.state == .done && done.counts.waiting == 1)
    }

    @Test func `a line that failed is paid when it is tried again`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let numbers = [TestIBAN.number(47), TestIBAN.number(48)]
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let other = try await community.enrolPerson("B", iban: numbers[1])
        try await community.credit(
            numbers.map { TestCredit("A", $0, "1.00") },
            programme: programme
        )
        func set(_ state: String) async throws {
            try await community.change(
                """
                UPDATE ledger.account SET state = \(state)
                 WHERE community_id = \(community.id.uuid) AND id IN (
                       SELECT id FROM wallet.pot WHERE wallet_id = \(other.wallet.uuid))
                """
            )
        }
        try await set("frozen")
        let batch = try await community.submit(
            TestPaymentFile.xml(numbers.map { TestCredit("B", $0, "20.00") }),
            to: programme.id
        ).decode(Batch.self)
        let failed = try await community.approve(batch.id)
        #expect(failed.state == .partlyDone && failed.counts.failed == 1)
        #expect(try await community.budget(of: programme.id).available.value == "28.00")
        try await set("open")
        let path = ["batchId": "\(batch.id)"]
        // However many ask at once, the line is paid once.
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await community.clerk.call(.retryBatch, path, body: BatchRetry())
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 202 }.count == 1)
        let done = try await community.settled(batch.id)
        #expect(done.state == .done && done.counts.credited == 2)
        #expect(try await resident.available() == "21.00")
        #expect(try await other.available() == "21.00")
        #expect(try await community.budget(of: programme.id).available.value == "8.00")
    }

    @Test func `only what failed is tried again, and a name that nobody had is not`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let alias = "later.\(Int.random(in: 100_000...999_999))"
        let numbers = [TestIBAN.number(45), TestIBAN.number(46)]
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let xml = TestPaymentFile.xml(numbers.map { TestCredit("A", $0, "10.00") }).replacing(
            "<IBAN>\(numbers[1])</IBAN></Id></CdtrAcct>",
            with: "<Othr><Id>\(alias)</Id><SchmeNm><Prtry>WIJKMUNT-ALIAS</Prtry></SchmeNm>"
                + "</Othr></Id></CdtrAcct>"
        )
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        let path = ["batchId": "\(batch.id)"]
        let early = try await community.clerk.call(.retryBatch, path, body: BatchRetry())
        #expect(early.problemType == .batchNotRetryable)
        #expect(try await community.approve(batch.id).state == .partlyDone)
        _ = try await community.enrolPerson("Iemand", alias: alias)
        let retry = try await community.clerk.call(.retryBatch, path, body: BatchRetry())
        #expect(retry.problemType == .batchNotRetryable)
        #expect(try await resident.available() == "10.00")
        #expect(try await community.budget(of: programme.id).available.value == "40.00")
    }
}
