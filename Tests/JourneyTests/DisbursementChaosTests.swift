import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Two disbursement services at the same batches, killed again and again, and a database that falls.
@Suite(.timeLimit(.minutes(15))) struct DisbursementChaosTests {
    private static let batchCount = 12
    private static let linesPerBatch = 1_500
    /// Of the two instances.
    private static let kills = 10
    /// Before these of them the database falls too.
    private static let falls: Set = [3, 7]

    @Test func `every line is credited once through kills, two instances and a fallen database`()
        async throws
    {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let second = try await SecondInstance.start(
                .disbursement,
                of: stack,
                programs: TestStack.programs
            )
            let numbers = (0..<40).map { TestIBAN.number(300_000 + $0) }
            var residents: [TestResident] = []
            for number in numbers.prefix(8) {
                residents.append(try await community.enrolPerson("Inwoner", iban: number))
            }
            let programme = try await community.fundedProgramme("2000000.00")
            let batches = try await approvedBatches(numbers, programme, community)
            let killed = try await killAtRandom(stack, second, batches, community)
            #expect(killed == Self.kills)
            for batch in batches {
                let done = try await eventually("the batch is done", within: .seconds(600)) {
                    let batch = try? await community.batch(batch)
                    return batch?.state == .done ? batch : nil
                }
                #expect(done.counts.credited + done.counts.waiting == Self.linesPerBatch)
            }
            try await requireExactly(batches, residents, programme, community)
            await second.stop()
            try await requireSoundBooks(of: stack)
        }
    }

    /// Every line pays another amount, so that one that is paid twice or swapped shows in the sums.
    private func cents(_ batch: Int, _ line: Int) -> Int { 100 + batch * Self.linesPerBatch + line }

    private func approvedBatches(
        _ numbers: [String],
        _ programme: Programme,
        _ community: TestCommunity
    ) async throws -> [Identifier] {
        var batches: [Identifier] = []
        for batch in 0..<Self.batchCount {
            let credits = (0..<Self.linesPerBatch).map { line in
                let cents = cents(batch, line)
                let value = "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
                return TestCredit("Inwoner", numbers[line % numbers.count], value)
            }
            let made = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
                .decode(Batch.self)
            #expect(made.state == .validated)
            batches.append(made.id)
        }
        for batch in batches {
            _ = try await community.approver.call(
                .approveBatch,
                ["batchId": "\(batch)"],
                body: BatchApproval()
            ).decode(Batch.self)
        }
        return batches
    }

    /// Kills one of the two, and some times the database before, whenever some more lines have their outcome.
    private func killAtRandom(
        _ stack: LocalStack,
        _ second: ServiceProcess,
        _ batches: [Identifier],
        _ community: TestCommunity
    ) async throws -> Int {
        guard let first = await stack.service(.disbursement) else { return 0 }
        let lines = Self.batchCount * Self.linesPerBatch
        for kill in 0..<Self.kills {
            let share = Int.random(in: kill...(kill + 1))
            let threshold = lines * share / (Self.kills + 2)
            _ = try await eventually("some more lines", within: .seconds(600)) {
                try await settledLines(stack) >= threshold ? true : nil
            }
            if Self.falls.contains(kill) {
                try await stack.cluster.kill9()
                try await stack.cluster.start()
            }
            let victim = Bool.random() ? first : second
            _ = await victim.kill9()
            try await victim.start()
        }
        return Self.kills
    }

    private func settledLines(_ stack: LocalStack) async throws -> Int {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                """
                SELECT coalesce(sum(count), 0) FROM disbursement.batch_tally
                 WHERE state IN ('credited', 'waiting')
                """
            ) { rows in
                let count: Int64 = try rows.one().decode(Int64.self)
                return Int(count)
            }
        }
    }

    /// The ledger has one transfer for every line, of its amount; residents have what is theirs; the
    /// status report says the same.
    private func requireExactly(
        _ batches: [Identifier],
        _ residents: [TestResident],
        _ programme: Programme,
        _ community: TestCommunity
    ) async throws {
        let (lines, odd, transfers) = try await community.stack.cluster.withOwner(
            database: LocalStack.databaseName
        ) { owner in
            try await owner.query(
                """
                SELECT (SELECT count(*) FROM disbursement.instruction),
                       (SELECT count(*) FROM disbursement.line i
                          LEFT JOIN ledger.transfer t
                            ON t.community_id = i.community_id AND t.id = i.id
                         WHERE t.amounts[1] IS DISTINCT FROM -i.amount
                            OR i.state NOT IN ('credited', 'waiting')),
                       (SELECT count(*) FROM ledger.transfer
                         WHERE kind IN ('disbursement', 'reservation'))
                """
            ) { rows in try rows.one().decode(Int64.self, Int64.self, Int64.self) }
        }
        #expect(odd == 0)
        #expect(lines == Int64(Self.batchCount * Self.linesPerBatch) && transfers == lines)
        var total = 0
        for (place, resident) in residents.enumerated() {
            var own = 0
            for batch in 0..<Self.batchCount {
                for line in stride(from: place, to: Self.linesPerBatch, by: 40) {
                    own += cents(batch, line)
                }
            }
            total += own
            let available = try await resident.available().replacing(".", with: "")
            #expect(Int(available) == own)
        }
        let paid = try await community.budget(of: programme.id).paid.value
        #expect(Int(paid.replacing(".", with: "")) == total)
        for batch in batches {
            let report = try await community.clerk.call(
                .getStatusReport,
                ["batchId": "\(batch)"]
            ).text
            let reported = report.split(separator: "<TxInfAndSts>").dropFirst().map(Self.outcome)
            let posted = try await outcomes(inLedgerOf: batch, community)
            #expect(reported.sorted() == posted.sorted())
        }
    }

    /// Amount and status of a transaction in a report.
    private static func outcome(of transaction: Substring) -> String {
        func text(_ tag: String) -> Substring {
            guard let start = transaction.range(of: "<\(tag)")?.upperBound else { return "" }
            return transaction[start...].drop { $0 != ">" }.dropFirst().prefix { $0 != "<" }
        }
        return "\(text("InstdAmt")) \(text("TxSts"))"
    }

    /// What the ledger says of the lines of a batch, which have amounts of their own, in the same words.
    private func outcomes(
        inLedgerOf batch: Identifier,
        _ community: TestCommunity
    ) async throws -> [String] {
        try await community.stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            try await owner.query(
                """
                SELECT to_char(t.amounts[2] / 100.0, 'FM999990.00')
                       || CASE t.kind WHEN 'disbursement' THEN ' ACSC'
                                      WHEN 'reservation' THEN ' PDNG' ELSE t.kind END
                  FROM disbursement.instruction i
                  JOIN ledger.transfer t ON t.community_id = i.community_id AND t.id = i.id
                 WHERE i.batch_id = \(batch.uuid)
                """
            ) { rows in try rows.map { try $0.decode(String.self) } }
        }
    }
}
