import API
import LedgerModel
import LocalStack
import Postgres
import TestSupport
import Testing

/// Two disbursement services that are killed while they take back, pay every month and give back what
/// nobody came for.
@Suite(.timeLimit(.minutes(15))) struct UpkeepKillTests {
    private static let people = 6
    private static let creditsEach = 4
    private static let months = 7
    private static let waitingLines = 1_200
    private static let kills = 8

    @Test func `recalls, monthly payments and returns happen once through kills of two instances`()
        async throws
    {
        try await TestStack.withOwn { stack in
            let town = try await Town.make(on: stack)
            let second = try await SecondInstance.start(
                .disbursement,
                of: stack,
                programs: TestStack.programs
            )
            let first = try #require(await stack.service(.disbursement))
            try await town.letEverythingBeDue()
            let seed: UInt64 = 20_261_123
            var random = SeededRandom(seed: seed)
            for kill in 0..<Self.kills {
                let threshold = Progress.all * kill / (Self.kills + 1)
                _ = try await eventually("some more is done", within: .seconds(600)) {
                    try await town.progress().done >= threshold ? true : nil
                }
                let victim = random.chance(50) ? first : second
                _ = await victim.kill9()
                try await victim.start()
            }
            let end = try await eventually("all is done", within: .seconds(600)) {
                let progress = try await town.progress()
                return progress.done == Progress.all ? progress : nil
            }
            #expect(end == Progress.whole)
            try await town.requireOnce()
            await second.stop()
            try await requireSoundBooks(of: stack)
        }
    }

    /// How much of it is done.
    private struct Progress: Equatable {
        var recalls, payments, returns: Int

        static let whole = Progress(
            recalls: people * creditsEach,
            payments: people * months,
            returns: waitingLines
        )
        static let all = whole.done

        /// Lines are many, so that they count less.
        var done: Int { 20 * (recalls + payments) + returns }
    }

    /// Everything that is to happen, and to whom.
    private struct Town {
        let community: TestCommunity
        let programme: Programme
        let residents: [TestResident]
        let reserved: Batch

        static func make(on stack: LocalStack) async throws -> Town {
            let community = try await TestCommunity.make(on: stack)
            let programme = try await community.fundedProgramme("10000.00", waitingDays: 30)
            let numbers = (0..<people).map { TestIBAN.number(700_000 + $0) }
            var residents: [TestResident] = []
            for number in numbers {
                residents.append(try await community.enrolPerson("Ontvanger", iban: number))
            }
            // Each credit another amount: one that is taken back twice, or swapped, shows.
            let credits = (0..<people * creditsEach).map { place in
                TestCredit("Ontvanger", numbers[place % people], "3.\(10 + place)")
            }
            try await community.credit(credits, programme: programme)
            for resident in residents {
                for grant in try await community.grants(of: resident) {
                    _ = try await community.recall(grant.id, "verhuisd").decode(Recall.self)
                }
                let standing = try await community.standing(
                    programme.id,
                    resident.person,
                    "1.25",
                    1
                ).decode(StandingInstruction.self)
                #expect(try await community.approveStanding(standing.id).status == 201)
            }
            let waiting = (0..<waitingLines).map { line in
                TestCredit("Niemand", TestIBAN.number(710_000 + line), "1.\(10 + line % 90)")
            }
            let batch = try await community.submit(TestPaymentFile.xml(waiting), to: programme.id)
                .decode(Batch.self)
            let reserved = try await community.approve(batch.id)
            #expect(reserved.counts.waiting == waitingLines)
            return Town(
                community: community,
                programme: programme,
                residents: residents,
                reserved: reserved
            )
        }

        /// Turns the clock for all of it at once.
        func letEverythingBeDue() async throws {
            let (id, month) = (community.id.uuid, community.days.month() + "-01")
            try await community.change(
                // What was approved is not to be changed, but by the passing of time.
                "SET LOCAL session_replication_role = replica",
                """
                UPDATE disbursement.standing_term
                   SET from_on = (\(month)::text::date - interval '6 months')::date
                 WHERE community_id = \(id)
                """,
                """
                UPDATE disbursement.standing_instruction SET look_at = clock_timestamp()
                 WHERE community_id = \(id)
                """,
                """
                UPDATE disbursement.recall
                   SET announced_at = announced_at - interval '400 days',
                       due_at = clock_timestamp() - interval '1 second'
                 WHERE community_id = \(id)
                """,
                """
                UPDATE disbursement.instruction
                   SET waiting_since = waiting_since - interval '40 days'
                 WHERE community_id = \(id) AND batch_id = \(reserved.id.uuid)
                """
            )
        }

        func progress() async throws -> Progress {
            let id = community.id.uuid
            return try await ask(
                """
                SELECT (SELECT count(*) FROM disbursement.recall
                         WHERE community_id = \(id) AND state = 'done'),
                       (SELECT count(*) FROM disbursement.standing_payment
                         WHERE community_id = \(id)),
                       (SELECT count(*) FROM disbursement.instruction
                         WHERE community_id = \(id) AND state = 'returned')
                """
            ) { rows in
                let (recalls, payments, returns) = try rows.one()
                    .decode(Int.self, Int.self, Int.self)
                return Progress(recalls: recalls, payments: payments, returns: returns)
            }
        }

        /// Of each there is one transfer, of its own amount; people have what was paid every month,
        /// and were told once of everything that was taken.
        func requireOnce() async throws {
            let id = community.id.uuid
            let (returns, payments, recalls, lost) = try await ask(
                """
                SELECT (SELECT count(*) FROM ledger.transfer
                         WHERE community_id = \(id) AND kind = 'reservation-return'),
                       (SELECT count(*) FROM disbursement.standing_payment p
                          JOIN ledger.transfer t
                            ON t.community_id = p.community_id AND t.id = p.transfer_id
                         WHERE p.community_id = \(id) AND t.kind = 'disbursement'
                           AND p.amount = ANY (t.amounts)),
                       (SELECT count(*) FROM ledger.transfer
                         WHERE community_id = \(id) AND kind = 'recall'),
                       (SELECT count(*) FROM disbursement.recall r
                          JOIN ledger.transfer g
                            ON g.community_id = r.community_id AND g.id = r.grant_id
                          LEFT JOIN ledger.transfer t
                            ON t.community_id = r.community_id AND t.id = r.id
                         WHERE r.community_id = \(id)
                           AND (r.taken = ANY (t.amounts) AND r.taken = ANY (g.amounts))
                               IS NOT TRUE)
                """
            ) { try $0.one().decode(Int.self, Int.self, Int.self, Int.self) }
            #expect(returns == waitingLines && payments == people * months)
            #expect(recalls == people * creditsEach && lost == 0)
            let credits = people * creditsEach + people * months
            let all = try await ask(
                """
                SELECT count(*) FROM ledger.transfer
                 WHERE community_id = \(id) AND kind = 'disbursement'
                """
            ) { try $0.one().decode(Int.self) }
            #expect(all == credits)
            for resident in residents {
                #expect(try await resident.available() == "8.75")
                let kinds = try await resident.phone.call(.listNotices, query: "limit=50")
                    .decode(Page<Notice>.self).items.map(\.kind)
                #expect(kinds.count { $0 == .recallDone } == creditsEach)
                #expect(kinds.count { $0 == .recallAnnounced } == creditsEach)
            }
            let budget = try await community.budget(of: programme.id)
            #expect(budget.reserved.value == "0.00" && budget.paid.value == "52.50")
            #expect(budget.available.value == "9947.50")
            let books = try await community.books()
            #expect(books.circulation == books.reserve)
        }

        private func ask<T: Sendable>(
            _ question: SQL,
            _ decode: @escaping @Sendable (Rows) throws -> T
        ) async throws -> T {
            try await community.stack.cluster.withOwner(database: LocalStack.databaseName) {
                try await $0.query(question, decode)
            }
        }
    }
}
