import API
import Foundation
import TestSupport
import Testing

@Suite struct ParkedLineTests {
    @Test func `what another file pays already waits for a person`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let numbers = (51...53).map { TestIBAN.number($0) }
        let first = try await community.submit(
            TestPaymentFile.xml(numbers.prefix(2).map { TestCredit("A", $0, "10.00") }),
            to: programme.id
        ).decode(Batch.self)
        let credits = [
            TestCredit("A", numbers[0], "10.00"), TestCredit("B", numbers[1], "10.01"),
            TestCredit("C", numbers[2], "10.00"),
        ]
        let second = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(second.state == .draft)
        #expect(second.counts.parked == 1 && second.counts.acceptable == 2)
        let parked = try await community.clerk.call(
            .listInstructions,
            ["batchId": "\(second.id)"],
            query: "state=parked"
        ).decode(Page<Instruction>.self).items
        #expect(parked.map(\.line) == [1])
        #expect(parked.first?.repeats == RepeatedLine(batchId: first.id, line: 1))
        let early = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(second.id)"],
            body: BatchApproval()
        )
        #expect(early.problemType == .batchNotApprovable)

        for wrong in [[2], [1, 2], [77]] {
            let answer = try await community.decide(.drop, about: wrong, of: second.id)
            #expect(answer.problemType == .lineNotParked)
        }
        let decided = try await community.decide(.drop, about: [1], of: second.id)
            .decode(Batch.self)
        #expect(decided.state == .validated && decided.counts.dropped == 1)
        #expect(decided.payable?.value == "20.01")
        #expect(
            try await community.decide(.confirm, of: second.id).problemType == .lineNotParked
        )
        let done = try await community.approve(second.id)
        #expect(done.state == .done && done.counts.waiting == 2 && done.counts.dropped == 1)
        #expect(try await community.budget(of: programme.id).reserved.value == "20.01")
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(second.id)"]
        )
        #expect(report.text.contains("AM05"))
    }

    @Test func `two children of one parent are both paid, and so is what is confirmed`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let number = TestIBAN.number(54)
        let resident = try await community.enrolPerson("Ouder", iban: number)
        let children = [TestCredit("Ouder", number, "10.00"), TestCredit("Ouder", number, "10.00")]
        let first = try await community.submit(TestPaymentFile.xml(children), to: programme.id)
            .decode(Batch.self)
        #expect(first.state == .validated && first.counts.acceptable == 2)
        try await community.approve(first.id)
        #expect(try await resident.available() == "20.00")
        let second = try await community.submit(TestPaymentFile.xml(children), to: programme.id)
            .decode(Batch.self)
        #expect(second.state == .draft && second.counts.parked == 2)
        let confirmed = try await community.decide(.confirm, of: second.id).decode(Batch.self)
        #expect(confirmed.state == .validated && confirmed.counts.acceptable == 2)
        try await community.approve(second.id)
        #expect(try await resident.available() == "40.00")
    }

    @Test func `another period, purpose or programme is another payment`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let credit = TestCredit("A", TestIBAN.number(55), "10.00")
        let path = programme.id
        func submit(_ xml: String, to programme: Identifier) async throws -> BatchState {
            try await community.submit(xml, to: programme).decode(Batch.self).state
        }
        #expect(try await submit(TestPaymentFile.xml([credit]), to: path) == .validated)
        let later = TestPaymentFile.xml([credit], executionInDays: 40)
        #expect(try await submit(later, to: path) == .validated)
        let glasses = TestPaymentFile.xml([credit]).replacing("Leefgeld", with: "Bril")
        #expect(try await submit(glasses, to: path) == .validated)
        let other = try await community.fundedProgramme("100.00")
        #expect(try await submit(TestPaymentFile.xml([credit]), to: other.id) == .validated)
        let same = TestPaymentFile.xml([credit]).replacing("Leefgeld", with: " leefgeld ")
        #expect(try await submit(same, to: path) == .draft)

        // Who pays every day the same says so, for the files of others.
        let daily = FileSettingsCreation(period: .day)
        try await community.setFiles(of: path, daily)
        let days = TestPaymentFile.bankDays
        let own = TestPaymentFile.xml([credit]).replacing(days[1], with: days[0])
        #expect(try await submit(own, to: path) == .draft)
        let colleague = try await community.administrator.register(
            "Tweede klerk",
            [.benefitsClerk],
            of: community.institution
        )
        _ = try await colleague.call(
            .setFileSettings,
            ["programmeId": "\(path)"],
            body: daily
        ).decode(FileSettings.self)
        let agreed = TestPaymentFile.xml([credit]).replacing(days[1], with: days[2])
        #expect(try await submit(agreed, to: path) == .validated)
    }

    @Test func `when nothing is left to pay the file is cancelled, and counts no more`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let credit = TestCredit("A", TestIBAN.number(56), "10.00")
        let batches = try await (0..<2).asyncMap { _ in
            try await community.submit(TestPaymentFile.xml([credit]), to: programme.id)
                .decode(Batch.self)
        }
        #expect(batches.map(\.state) == [.validated, .draft])
        let dropped = try await community.decide(.drop, of: batches[1].id).decode(Batch.self)
        #expect(dropped.state == .cancelled)
        _ = try await community.clerk.call(
            .cancelBatch,
            ["batchId": "\(batches[0].id)"],
            body: BatchCancellation(reason: "verkeerde maand")
        ).decode(Batch.self)
        let third = try await community.submit(TestPaymentFile.xml([credit]), to: programme.id)
            .decode(Batch.self)
        #expect(third.state == .validated)
    }

    @Test func `of files that come at once one is paid and the others wait`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let credit = TestCredit("A", TestIBAN.number(57), "10.00")
        let states = try await withThrowingTaskGroup(of: BatchState.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    try await community.submit(TestPaymentFile.xml([credit]), to: programme.id)
                        .decode(Batch.self).state
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.filter { $0 == .validated }.count == 1)
        #expect(states.filter { $0 == .draft }.count == 4)
    }
}

extension TestCommunity {
    /// The clerk decides about parked lines.
    fileprivate func decide(
        _ decision: ParkingVerdict,
        about lines: [Int]? = nil,
        of batch: Identifier
    ) async throws -> TestAnswer {
        try await clerk.call(
            .decideParkedLines,
            ["batchId": "\(batch)"],
            body: ParkingDecision(decision: decision, lines: lines, reason: "al betaald")
        )
    }
}
