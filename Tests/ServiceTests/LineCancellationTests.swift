import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Lines that are taken out of a batch before it is executed.
@Suite(.timeLimit(.minutes(15))) struct LineCancellationTests {
    @Test func `a line that is cancelled is not paid, the others are, and another file may pay it`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let credits = (81...83).map { TestCredit("A", TestIBAN.number($0), "10.00") }
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        for wrong in [[4], [2, 4], [1_000_000]] {
            let answer = try await community.cancel(wrong, of: batch.id)
            #expect(answer.problemType == .lineNotCancellable)
        }
        let fewer = try await community.cancel([2, 2], of: batch.id).decode(Batch.self)
        #expect(fewer.state == .validated && fewer.payable?.value == "20.00")
        #expect(fewer.counts.acceptable == 2 && fewer.counts.dropped == 1)
        #expect(
            try await community.cancel([1, 2], of: batch.id).problemType == .lineNotCancellable
        )

        let done = try await community.approve(batch.id)
        #expect(done.state == .done && done.counts.waiting == 2 && done.counts.dropped == 1)
        #expect(try await community.budget(of: programme.id).reserved.value == "20.00")
        let report = try await community.clerk.call(.getStatusReport, ["batchId": "\(batch.id)"])
        #expect(report.text.split(separator: "<Cd>DS02</Cd>").count == 2)
        #expect(
            try await community.cancel([1], of: batch.id).problemType == .batchNotCancellable
        )

        let mended = try await community.submit(
            TestPaymentFile.xml([credits[1]]),
            to: programme.id
        ).decode(Batch.self)
        #expect(mended.state == .validated && mended.counts.parked == 0)
    }

    @Test func `what was set apart for a line goes back, and the last one cancels the batch`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let numbers = [TestIBAN.number(84), TestIBAN.number(85)]
        let (sooner, later) = (TestPaymentFile.day(in: 20), TestPaymentFile.day(in: 30))
        let xml = TestPaymentFile.xml(numbers.map { TestCredit("A", $0, "20.00") })
            .replacing(">\(TestPaymentFile.bankDay)</ReqdExctnDt>", with: ">\(later)</ReqdExctnDt>")
        let first = try #require(xml.range(of: ">\(later)<"))
        let batch = try await community.submit(
            xml.replacingCharacters(in: first, with: ">\(sooner)<"),
            to: programme.id
        ).decode(Batch.self)
        let before = try #require(batch.executesOn)
        #expect(before < later)
        _ = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        ).decode(Batch.self)
        #expect(try await community.budget(of: programme.id).available.value == "10.00")

        let fewer = try await community.cancel([1], of: batch.id).decode(Batch.self)
        #expect(fewer.state == .approved && fewer.payable?.value == "20.00")
        #expect(try #require(fewer.executesOn) >= later)
        #expect(try await community.budget(of: programme.id).available.value == "30.00")
        let none = try await community.cancel([2], of: batch.id).decode(Batch.self)
        #expect(none.state == .cancelled && none.counts.dropped == 2)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "50.00" && budget.reserved.value == "0.00")
        #expect(
            try await community.cancel([2], of: batch.id).problemType == .batchNotCancellable
        )
    }

    @Test func `a parked line is decided about, and the rest of a draft can be cancelled`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let credits = [86, 87].map { TestCredit("A", TestIBAN.number($0), "10.00") }
        _ = try await community.submit(TestPaymentFile.xml([credits[0]]), to: programme.id)
            .decode(Batch.self)
        let draft = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(draft.state == .draft)
        #expect(
            try await community.cancel([1], of: draft.id).problemType == .lineNotCancellable
        )
        let fewer = try await community.cancel([2], of: draft.id).decode(Batch.self)
        #expect(fewer.state == .draft && fewer.counts.parked == 1 && fewer.counts.dropped == 1)
        let over = try await community.clerk.call(
            .decideParkedLines,
            ["batchId": "\(draft.id)"],
            body: ParkingDecision(decision: .drop, reason: "al betaald")
        ).decode(Batch.self)
        #expect(over.state == .cancelled)
    }

    @Test func `the database drops no line without a reason, its money, or in time`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("50.00")
        let credits = [88, 89].map { TestCredit("A", TestIBAN.number($0), "10.00") }
        let batch = try await community.submit(
            TestPaymentFile.xml(credits, executionInDays: 30),
            to: programme.id
        ).decode(Batch.self)
        _ = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        ).decode(Batch.self)
        try await refused(Self.drop(1, of: batch, because: nil), "23514", community)
        // The money stays set apart, which is noticed at the end.
        try await refused(Self.drop(1, of: batch, because: "DS02"), "23000", community)
        // Between the days of a file: the day of one of its lines has come, the other's has not.
        try await community.change(
            """
            WITH due AS (
                UPDATE disbursement.instruction SET execution_on = execution_on - 100
                 WHERE batch_id = \(batch.id.uuid) AND nr = 1)
            UPDATE disbursement.batch SET state = 'executing' WHERE id = \(batch.id.uuid)
            """
        )
        try await refused(
            Self.drop(1, of: batch, because: "DS02"),
            "23000",
            community,
            saying: "not dropped any more"
        )
        try await refused(
            Self.drop(2, of: batch, because: "DS02"),
            "23000",
            community,
            saying: "set apart"
        )
        #expect(try await community.batch(batch.id).counts.dropped == 0)
    }

    @Test func `each line is paid or cancelled while its batch is approved, and never both`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1000.00")
        let numbers = (90...93).map { TestIBAN.number($0) }
        var paid = 0
        for round in 1...5 {
            let batch = try await community.submit(
                TestPaymentFile.xml(numbers.map { TestCredit("A", $0, "1.0\(round)") }),
                to: programme.id
            ).decode(Batch.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await community.approver.call(
                        .approveBatch,
                        ["batchId": "\(batch.id)"],
                        body: BatchApproval()
                    ).decode(Batch.self)
                }
                for lines in [[1], [2, 3], [3]] {
                    group.addTask {
                        let answer = try await community.cancel(lines, of: batch.id)
                        #expect([201, 409].contains(answer.status), "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
            let end = try await community.settled(batch.id)
            #expect(end.state == .done && end.counts.waiting + end.counts.dropped == 4)
            paid += end.counts.waiting * (100 + round)
        }
        let budget = try await community.budget(of: programme.id)
        #expect(budget.reserved == community.amount(Self.text(paid)))
        #expect(budget.available == community.amount(Self.text(100_000 - paid)))
    }

    private static func text(_ cents: Int) -> String {
        "\(cents / 100)." + String("\(100 + cents % 100)".dropFirst())
    }

    private static func drop(_ nr: Int32, of batch: Batch, because code: String?) -> SQL {
        """
        UPDATE disbursement.instruction SET state = 'dropped', refusal_code = \(code)
         WHERE batch_id = \(batch.id.uuid) AND nr = \(nr)
        """
    }

    /// As a rule that was broken, with this state of SQL.
    private func refused(
        _ statement: SQL,
        _ state: String,
        _ community: TestCommunity,
        saying words: String = "SQLSTATE"
    ) async throws {
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        do {
            let count = try await Tenant.community(community.id.uuid).perform {
                try await service.execute(statement)
            }
            Issue.record("the database took \(count) rows")
        } catch let error as PostgresError {
            #expect(error.sqlState == state, "\(error)")
            #expect("\(error)".contains(words))
        }
    }
}

extension TestCommunity {
    /// The clerk takes lines out of a batch.
    func cancel(_ lines: [Int], of batch: Identifier) async throws -> TestAnswer {
        try await clerk.call(
            .cancelLines,
            ["batchId": "\(batch)"],
            body: LineCancellation(lines: lines)
        )
    }
}
