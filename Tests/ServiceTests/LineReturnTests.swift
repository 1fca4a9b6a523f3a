import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Coins that wait for people, and are returned by somebody before their time is over.
@Suite(.timeLimit(.minutes(15))) struct LineReturnTests {
    private static let reason = "Hoort bij iemand anders"

    /// A file of which every line waits.
    private func waiting(
        _ numbers: [String],
        _ community: TestCommunity,
        programme: Programme
    ) async throws -> Batch {
        let credits = numbers.enumerated().map { TestCredit("Later", $1, "2.\(10 + $0)") }
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        let done = try await community.approve(batch.id)
        #expect(done.counts.waiting == numbers.count)
        return done
    }

    /// The codes in letters about a batch, in the order of its lines.
    private func codes(_ batch: Batch, _ community: TestCommunity) async throws -> [String] {
        let text = try await community.administrator.call(
            .createLetterTexts,
            ["batchId": "\(batch.id)"]
        ).text
        return try text.split(separator: "\u{C}").map { letter in
            let line = letter.split(separator: "\n").first { $0.hasPrefix("    ") }
            return try #require(line).trimmingCharacters(in: .whitespaces)
        }
    }

    private func lines(_ batch: Batch, _ community: TestCommunity) async throws -> [Instruction] {
        try await community.clerk.call(.listInstructions, ["batchId": "\(batch.id)"])
            .decode(Page<Instruction>.self).items
    }

    @Test func `a returned line is budget again, its letter is void, and the report says so`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let numbers = (0..<2).map { TestIBAN.number(870 + $0) }
        let batch = try await waiting(numbers, community, programme: programme)
        let letters = try await codes(batch, community)
        for wrong in [[3], [1, 3]] {
            let answer = try await community.giveBack(wrong, of: batch.id)
            #expect(answer.problemType == .lineNotWaiting)
        }
        let after = try await community.giveBack([1, 1], of: batch.id).decode(Batch.self)
        #expect(after.state == .done && after.counts.waiting == 1 && after.counts.returned == 1)
        let line = try await lines(batch, community)[0]
        #expect(line.state == .returned && line.returnedAt != nil)
        #expect(line.returnReason == Self.reason && line.returnedBy == community.approver.id)
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "97.89" && budget.reserved.value == "2.11")
        let report = try await community.clerk.call(.getStatusReport, ["batchId": "\(batch.id)"])
        #expect(report.text.contains("RJCT") && report.text.contains("<Cd>DS02</Cd>"))
        for again in [[1], [1, 2]] {
            let answer = try await community.giveBack(again, of: batch.id)
            #expect(answer.problemType == .lineNotWaiting)
        }

        await #expect(throws: (any Error).self) {
            try await community.enrolDevice(code: letters[0])
        }
        let (phone, enrolment) = try await community.enrolDevice(code: letters[1])
        let resident = TestResident(
            phone: phone,
            person: enrolment.partyId,
            wallet: try #require(enrolment.walletId)
        )
        _ = try await eventually("the other line lands") {
            try await resident.available() == "2.11" ? true : nil
        }
        #expect(try await community.giveBack([2], of: batch.id).problemType == .lineNotWaiting)
        // What waits by an account that nobody has proven is paid by another file.
        let anew = try await waiting([numbers[0]], community, programme: programme)
        #expect(anew.counts.parked == 0)
        #expect(try await community.unfounded().isEmpty)
        let (circulation, reserve) = try await community.books()
        #expect(circulation == reserve)
    }

    @Test func `who has something else waiting keeps the code`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let number = TestIBAN.number(875)
        let first = try await waiting([number], community, programme: programme)
        let second = try await waiting(
            [TestIBAN.number(876), number],
            community,
            programme: programme
        )
        let code = try await codes(first, community)[0]
        #expect(try await community.giveBack([1], of: first.id).status == 201)
        let (phone, enrolment) = try await community.enrolDevice(code: code)
        let resident = TestResident(
            phone: phone,
            person: enrolment.partyId,
            wallet: try #require(enrolment.walletId)
        )
        _ = try await eventually("the line of the second file lands") {
            try await resident.available() == "2.11" ? true : nil
        }
        #expect(try await community.batch(second.id).counts.waiting == 1)
    }

    @Test func `of a line that lands while it is returned one thing becomes`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let numbers = (0..<8).map { TestIBAN.number(880 + $0) }
        let people = try await numbers.asyncMap {
            try await community.registerPerson("Net Op Tijd", iban: $0)
        }
        let batch = try await waiting(numbers, community, programme: programme)
        // Whose line is returned first has a code no more.
        let residents = try await withThrowingTaskGroup(of: (Int, TestResident)?.self) { group in
            for (place, person) in people.enumerated() {
                group.addTask { (try? await community.enrol(person)).map { (place, $0) } }
                group.addTask {
                    let answer = try await community.giveBack([place + 1], of: batch.id)
                    #expect([201, 409].contains(answer.status), "\(answer.text)")
                    return nil
                }
            }
            return try await group.reduce(into: [Int: TestResident]()) { found, next in
                if let (place, resident) = next { found[place] = resident }
            }
        }
        let end = try await eventually("nothing waits") {
            let now = try await community.batch(batch.id)
            return now.counts.waiting == 0 ? now : nil
        }
        #expect(end.counts.credited + end.counts.returned == 8)
        let lines = try await lines(batch, community)
        for (place, line) in lines.enumerated() {
            let has = try await residents[place]?.available()
            #expect((has ?? "0.00") == (line.state == .credited ? "2.\(10 + place)" : "0.00"))
        }
        let ends = try await OpenedDatabase.shared.owner.query(
            """
            SELECT count(*), count(DISTINCT related_id) FROM ledger.transfer
             WHERE community_id = \(community.id.uuid)
               AND kind IN ('landing', 'reservation-return')
            """
        ) { try $0.one().decode(Int.self, Int.self) }
        #expect(ends == (8, 8))
        #expect(try await community.budget(of: programme.id).reserved.value == "0.00")
        #expect(try await community.unfounded().isEmpty)
    }

    @Test func `the database returns no line without its coins, nor says why of one that waits`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let batch = try await waiting([TestIBAN.number(890)], community, programme: programme)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        for (statement, state) in [
            (
                """
                UPDATE disbursement.instruction SET state = 'returned', returned_at = now()
                 WHERE batch_id = \(batch.id.uuid)
                """, "23000"
            ),
            (
                """
                INSERT INTO disbursement.line_return (community_id, batch_id, nr, reason, returned_by)
                VALUES (\(community.id.uuid), \(batch.id.uuid), 1, 'zomaar', \(batch.id.uuid))
                """, "23000"
            ),
            ("UPDATE disbursement.line_return SET reason = 'anders'", "42501"),
            ("DELETE FROM disbursement.line_return", "42501"),
        ] as [(SQL, String)] {
            let error = await #expect(throws: PostgresError.self) {
                try await Tenant.community(community.id.uuid).perform {
                    _ = try await service.execute(statement)
                }
            }
            #expect(error?.sqlState == state, "\(error as Any)")
        }
        #expect(try await community.batch(batch.id).counts.waiting == 1)
    }

    @Test func `why a line was returned is forgotten with its receiver`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let number = TestIBAN.number(891)
        let person = try await community.registerPerson("Wie Dan", iban: number)
        let batch = try await waiting([number], community, programme: programme)
        #expect(try await community.giveBack([1], of: batch.id).status == 201)
        #expect(
            try await Columns.containing(["iemand anders"], on: community)
                == ["disbursement.line_return.reason: iemand anders"]
        )
        let erasure = try await community.administrator.call(
            .erasePerson,
            ["personId": "\(person.id)"]
        )
        #expect(erasure.status == 201)
        #expect(try await lines(batch, community)[0].returnReason == "Erased")
        #expect(try await Columns.containing(["iemand anders"], on: community) == [])
    }

    @Test func `lines are returned by whoever may cancel them, a thousand at a time`() async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let batch = try await waiting([TestIBAN.number(892)], community, programme: programme)
        for lines in [[], Array(1...1001), [0]] {
            let answer = try await community.giveBack(lines, of: batch.id)
            #expect(answer.problemType == .invalidRequest)
        }
        let treasurer = try await community.giveBack([1], of: batch.id, by: community.treasurer)
        #expect(treasurer.problemType == .insufficientScope)
        let elsewhere = try await TestCommunity.make()
        let foreign = try await community.giveBack([1], of: batch.id, by: elsewhere.clerk)
        #expect(foreign.problemType == .notFound)
        let first = try await community.giveBack([1], of: batch.id, key: "terug")
        let again = try await community.giveBack([1], of: batch.id, key: "terug")
        #expect(first.status == 201 && again.headers["idempotency-replayed"] == "true")
        #expect(again.body == first.body)
    }
}

extension TestCommunity {
    /// The approver, unless told otherwise, returns lines that wait.
    fileprivate func giveBack(
        _ lines: [Int],
        of batch: Identifier,
        by client: TestClient? = nil,
        key: String? = nil
    ) async throws -> TestAnswer {
        try await (client ?? approver).call(
            .returnLines,
            ["batchId": "\(batch)"],
            body: LineReturn(lines: lines, reason: "Hoort bij iemand anders"),
            key: key
        )
    }

    /// What the watch would not find a reason for.
    fileprivate func unfounded() async throws -> [String] {
        try await OpenedDatabase.shared.owner.query(
            """
            SELECT u.found FROM disbursement.unfounded(\(id.uuid), ARRAY(
                SELECT DISTINCT batch FROM ledger.transfer WHERE community_id = \(id.uuid))) AS u
            """
        ) { rows in try rows.map { try $0.decode(String.self) } }
    }
}
