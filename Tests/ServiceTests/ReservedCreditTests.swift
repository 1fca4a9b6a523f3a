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

    /// As if the batch had been carried out so many days ago.
    private func age(_ batch: Batch, days: Int) async throws {
        _ = try await OpenedDatabase.shared.owner.execute(
            """
            UPDATE disbursement.batch
               SET done_at = now() - make_interval(days => \(Int32(days)))
             WHERE id = \(batch.id.uuid)
            """
        )
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
        try await age(young, days: 29)
        try await age(old, days: 31)
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
        try await age(batch, days: 3)
        _ = try await eventually("the coins return") {
            try await read(batch, community).counts.returned == 1 ? true : nil
        }
        let path = ["programmeId": "\(programme.id)"]
        let budget = try await community.clerk.call(.getProgramme, path)
            .decode(Programme.self).budget
        #expect(budget.available.value == "99.00" && budget.reserved.value == "0.00")
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
