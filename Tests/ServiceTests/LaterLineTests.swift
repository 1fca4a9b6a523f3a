import API
import Foundation
import Postgres
import TestSupport
import Testing

/// Lines of a file with several days that are cancelled after its first day, before their own.
@Suite(.timeLimit(.minutes(15))) struct LaterLineTests {
    @Test func `a line is cancelled until its day comes, and the others are paid`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("40.00")
        let numbers = (201...203).map { TestIBAN.number($0) }
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let batch = try await community.submitInParts(numbers, to: programme.id)
        try await community.approveFirstPart(of: batch.id)
        _ = try await community.firstPartPaid(of: batch.id)
        #expect(try await resident.available() == "10.00")
        #expect(try await community.cancel([1], of: batch.id).problemType == .lineNotCancellable)
        #expect(
            try await community.cancel([1, 2], of: batch.id).problemType == .lineNotCancellable
        )
        // The day of the last line has come, and nobody has looked at the batch since.
        try await community.change(
            """
            UPDATE disbursement.instruction SET execution_on = \(community.days.day())::date
             WHERE batch_id = \(batch.id.uuid) AND nr = 3
            """
        )
        for due in [[3], [2, 3]] {
            #expect(
                try await community.cancel(due, of: batch.id).problemType == .lineNotCancellable
            )
        }
        #expect(try await community.budget(of: programme.id).available.value == "10.00")

        let fewer = try await community.cancel([2], of: batch.id).decode(Batch.self)
        #expect(fewer.state == .executing && fewer.payable?.value == "20.00")
        #expect(fewer.counts.dropped == 1 && fewer.executesOn == community.days.day())
        let done = try await community.settled(batch.id)
        #expect(done.state == .done && done.counts.credited == 1 && done.counts.waiting == 1)
        #expect(done.counts.dropped == 1)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "20.00" && budget.paid.value == "10.00")
        #expect(budget.reserved.value == "10.00")
        #expect(
            try await community.cancel([2], of: batch.id).problemType == .batchNotCancellable
        )
    }

    @Test func `a batch whose later lines are all cancelled ends with what was paid`() async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("40.00")
        let numbers = (204...206).map { TestIBAN.number($0) }
        let resident = try await community.enrolPerson("A", iban: numbers[0])
        let batch = try await community.submitInParts(numbers, to: programme.id)
        try await community.approveFirstPart(of: batch.id)
        let between = try await community.firstPartPaid(of: batch.id)
        let whole = try await community.clerk.call(
            .cancelBatch,
            ["batchId": "\(batch.id)"],
            body: BatchCancellation(reason: "te laat")
        )
        #expect(whole.problemType == .batchNotCancellable)

        let fewer = try await community.cancel([3], of: batch.id).decode(Batch.self)
        #expect(fewer.state == .executing && fewer.executesOn == between.executesOn)
        #expect(try await community.budget(of: programme.id).available.value == "20.00")
        let done = try await community.cancel([2], of: batch.id).decode(Batch.self)
        #expect(done.state == .done && done.doneAt != nil && done.payable?.value == "10.00")
        #expect(done.counts.credited == 1 && done.counts.dropped == 2)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "30.00" && budget.reserved.value == "0.00")
        #expect(budget.paid.value == "10.00")
        #expect(try await resident.available() == "10.00")
    }

    @Test func `lines that are cancelled while the first part is paid are cancelled once`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("200.00")
        for round in 0..<3 {
            let numbers = (0..<3).map { TestIBAN.number(210 + 3 * round + $0) }
            let batch = try await community.submitInParts(numbers, to: programme.id)
            let cancelled = try await withThrowingTaskGroup(of: Int.self) { group in
                group.addTask {
                    try await community.approveFirstPart(of: batch.id)
                    return 0
                }
                for lines in [[2], [2, 3], [3]] {
                    group.addTask {
                        let answer = try await community.cancel(lines, of: batch.id)
                        #expect([201, 409].contains(answer.status), "\(answer.text)")
                        return answer.status == 201 ? lines.count : 0
                    }
                }
                return try await group.reduce(0, +)
            }
            // Either both at once, or each by itself.
            #expect(cancelled == 2)
            let end = try await community.settled(batch.id)
            #expect(end.state == .done && end.counts.waiting == 1 && end.counts.dropped == 2)
        }
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "170.00" && budget.reserved.value == "30.00")
    }
}

extension TestCommunity {
    /// A file that pays the first of these now, and the others in a month; 10.00 each.
    fileprivate func submitInParts(
        _ numbers: [String],
        to programme: Identifier
    ) async throws -> Batch {
        let (now, later) = (TestPaymentFile.bankDay, TestPaymentFile.day(in: 30))
        let xml = TestPaymentFile.xml(numbers.map { TestCredit("A", $0, "10.00") })
            .replacing(">\(now)</ReqdExctnDt>", with: ">\(later)</ReqdExctnDt>")
        let first = try #require(xml.range(of: ">\(later)</ReqdExctnDt>"))
        return try await submit(
            xml.replacingCharacters(in: first, with: ">\(now)</ReqdExctnDt>"),
            to: programme
        ).decode(Batch.self)
    }

    /// Does not wait for what follows.
    fileprivate func approveFirstPart(of batch: Identifier) async throws {
        _ = try await approver.call(
            .approveBatch,
            ["batchId": "\(batch)"],
            body: BatchApproval()
        ).decode(Batch.self)
    }

    /// The batch once it waits for its next day.
    fileprivate func firstPartPaid(of id: Identifier) async throws -> Batch {
        try await eventually("the first part is paid") {
            let batch = try await batch(id)
            let isPutOff = (batch.executesOn ?? "") >= TestPaymentFile.day(in: 30)
            return batch.counts.credited == 1 && isPutOff ? batch : nil
        }
    }
}
