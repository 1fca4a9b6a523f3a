import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Coins that wait for somebody who has not enrolled: they land, or they go back in time.
@Suite struct ReservedCreditTests {
    private func waiting(
        _ number: String,
        in programme: Programme,
        _ community: TestCommunity
    ) async throws -> Batch {
        let xml = TestPaymentFile.xml([TestCredit("Later", number, "40.00")])
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        let done = try await community.approve(batch.id)
        #expect(done.counts.waiting == 1)
        return done
    }

    private func read(_ batch: Batch, _ community: TestCommunity) async throws -> Batch {
        try await community.clerk.call(.getBatch, ["batchId": "\(batch.id)"]).decode(Batch.self)
    }

    @Test func `coins that nobody came for return when the programme's time is over`() async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 30)
        #expect(programme.waitingDays == 30)
        let numbers = (0..<2).map { TestIBAN.number(610 + $0) }
        let young = try await waiting(numbers[0], in: programme, community)
        let old = try await waiting(numbers[1], in: programme, community)
        try await community.age(young, days: 29)
        try await community.age(old, days: 31)
        let returned = try await eventually("the coins return") {
            let batch = try await read(old, community)
            return batch.counts.returned == 1 ? batch : nil
        }
        #expect(returned.counts.waiting == 0 && returned.state == .done)
        #expect(try await read(young, community).counts.waiting == 1)
        let path = ["programmeId": "\(programme.id)"]
        let budget = try await community.clerk.call(.getProgramme, path)
            .decode(Programme.self).budget
        #expect(budget.available.value == "60.00" && budget.reserved.value == "40.00")
        #expect(budget.paid.value == "0.00")
        let line = try await community.clerk.call(.listInstructions, ["batchId": "\(old.id)"])
            .decode(Page<Instruction>.self).items[0]
        #expect(line.state == .returned && line.returnedAt != nil && line.creditedAt == nil)
        let report = try await community.clerk.call(.getStatusReport, ["batchId": "\(old.id)"])
        #expect(report.text.contains("RJCT"))
        // Too late for these; the others still land.
        let late = try await community.enrolPerson("Later", iban: numbers[1])
        let punctual = try await community.enrolPerson("Later", iban: numbers[0])
        _ = try await eventually("the waiting credit lands") {
            try await punctual.available() == "40.00" ? true : nil
        }
        #expect(try await late.available() == "0.00")
    }

    @Test func `the time goes on when another line of the batch is tried again`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 30)
        let numbers = (0..<2).map { TestIBAN.number(614 + $0) }
        let resident = try await community.enrolPerson("Vast", iban: numbers[0])
        try await community.credit([TestCredit("Vast", numbers[0], "1.00")], programme: programme)
        func set(_ state: String) async throws {
            try await community.change(
                """
                UPDATE ledger.account SET state = \(state)
                 WHERE id IN (SELECT id FROM wallet.pot WHERE wallet_id = \(resident.wallet.uuid))
                """
            )
        }
        func waitsSince(_ batch: Batch) async throws -> String {
            try await OpenedDatabase.shared.owner.query(
                """
                SELECT waiting_since::text FROM disbursement.instruction
                 WHERE batch_id = \(batch.id.uuid) AND state = 'waiting'
                """
            ) { try $0.one().decode(String.self) }
        }
        try await set("frozen")
        let xml = TestPaymentFile.xml([
            TestCredit("Vast", numbers[0], "20.00"), TestCredit("Later", numbers[1], "40.00"),
        ])
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        let failed = try await community.approve(batch.id)
        #expect(failed.state == .partlyDone)
        #expect(failed.counts.failed == 1 && failed.counts.waiting == 1)
        let moment = try await waitsSince(batch)
        try await set("open")
        let path = ["batchId": "\(batch.id)"]
        let retry = try await community.clerk.call(.retryBatch, path, body: BatchRetry())
        #expect(retry.status == 202, "\(retry.text)")
        let done = try await community.settled(batch.id)
        #expect(done.state == .done && done.counts.credited == 1 && done.counts.waiting == 1)
        #expect(try await waitsSince(batch) == moment)
    }

    @Test func `what cannot land for a known receiver returns a day later`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 1)
        let number = TestIBAN.number(620)
        let resident = try await community.enrolPerson("Vol", iban: number)
        // A first credit opens the pot; then somebody closes it, so that nothing lands in it.
        try await community.credit([TestCredit("Vol", number, "1.00")], programme: programme)
        let other = TestIBAN.number(621)
        let batch = try await waiting(other, in: programme, community)
        _ = try await OpenedDatabase.shared.owner.execute(
            """
            UPDATE ledger.account SET state = 'closed'
             WHERE id IN (SELECT id FROM wallet.pot WHERE wallet_id = \(resident.wallet.uuid))
            """
        )
        _ = try await community.administrator.call(
            .linkIban,
            ["personId": "\(resident.person)"],
            body: IbanLink(iban: other)
        ).decode(Person.self)
        _ = try await community.verify(other, of: resident.person, by: community.colleague)
            .decode(Person.self)
        try await community.age(batch, days: 3)
        _ = try await eventually("the coins return") {
            try await read(batch, community).counts.returned == 1 ? true : nil
        }
        let path = ["programmeId": "\(programme.id)"]
        let budget = try await community.clerk.call(.getProgramme, path)
            .decode(Programme.self).budget
        #expect(budget.available.value == "99.00" && budget.reserved.value == "0.00")
    }

    @Test func `coins that land while they return go one way`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 1)
        let numbers = (0..<12).map { TestIBAN.number(630 + $0) }
        var waiting: [Person] = []
        for number in numbers {
            // Told apart by what they have, each cent to one line.
            waiting.append(try await community.registerPerson("Net Op Tijd", iban: number))
        }
        let people = waiting
        let credits = numbers.enumerated().map { TestCredit("Net Op Tijd", $1, "2.\(10 + $0)") }
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(try await community.approve(batch.id).counts.waiting == 12)
        let second = try await SecondInstance.start(
            .disbursement,
            of: community.stack,
            programs: TestStack.programs
        )
        // Half of them enrol before the time is over, half of them after it.
        let residents = try await withThrowingTaskGroup(of: (Int, TestResident).self) { group in
            for (place, person) in people.enumerated() {
                group.addTask {
                    if place == 6 { try await community.age(batch, days: 9) }
                    return (place, try await community.enrol(person))
                }
            }
            return try await group.reduce(into: [Int: TestResident]()) { $0[$1.0] = $1.1 }
        }
        let end = try await eventually("nothing waits") {
            let now = try await read(batch, community)
            return now.counts.waiting == 0 ? now : nil
        }
        await second.stop()
        #expect(end.counts.credited + end.counts.returned == 12)
        let lines = try await community.clerk.call(
            .listInstructions,
            ["batchId": "\(batch.id)"],
            query: "limit=50"
        ).decode(Page<Instruction>.self).items
        var landed = 0
        for (place, resident) in residents {
            let line = try #require(lines.first { $0.line == place + 1 })
            let has = try await resident.available()
            #expect(has == (line.state == .credited ? "2.\(10 + place)" : "0.00"), "\(place)")
            landed += Int(has.replacing(".", with: "")) ?? 0
        }
        // Of each line the ledger has one end.
        let ends = try await OpenedDatabase.shared.owner.query(
            """
            SELECT count(*), count(DISTINCT related_id) FROM ledger.transfer
             WHERE community_id = \(community.id.uuid)
               AND kind IN ('landing', 'reservation-return')
            """
        ) { try $0.one().decode(Int.self, Int.self) }
        #expect(ends.0 == 12 && ends.1 == 12)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.reserved.value == "0.00")
        #expect(Int(budget.paid.value.replacing(".", with: "")) == landed)
        #expect(Int(budget.available.value.replacing(".", with: "")) == 10_000 - landed)
    }

    @Test(arguments: [0, 3651]) func `the time has its limits`(days: Int) async throws {
        let community = try await TestCommunity.make()
        let answer = try await community.clerk.call(
            .createProgramme,
            body: ProgrammeCreation(name: "P", coin: TestCommunity.coin, waitingDays: days)
        )
        #expect(answer.problemType == .invalidRequest)
    }
}
