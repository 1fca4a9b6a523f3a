import FoundationEssentials
import Ledger
import Ledger
import LedgerModel
import Postgres
import TestSupport
import Testing

/// `ledger.post` called as no service would: whatever arrays it gets, money stays whole.
@Suite(.timeLimit(.minutes(15))) struct LedgerFuzzTests {
    /// The arguments, every element of which may be missing.
    private struct Arguments {
        var ids: [UUID?]
        var kinds: [String?]
        var references: [String?]
        var related: [UUID?]
        var holds: [UUID?]
        var linked: [Bool?]
        var ordinals: [Int32?]
        var accounts: [UUID?]
        var amounts: [Int64?]

        init(_ count: Int, _ pots: [UUID], _ random: inout SeededRandom) {
            ids = (0..<count).map { _ in UUID() }
            kinds = .init(repeating: "transfer", count: count)
            references = .init(repeating: nil, count: count)
            related = .init(repeating: nil, count: count)
            holds = .init(repeating: nil, count: count)
            linked = (0..<count).map { _ in random.chance(20) }
            (ordinals, accounts, amounts) = ([], [], [])
            for place in 1...count {
                let amount = Int64.random(in: 1...50, using: &random)
                ordinals += [Int32(place), Int32(place)]
                accounts += [
                    pots.randomElement(using: &random), pots.randomElement(using: &random),
                ]
                amounts += [-amount, amount]
            }
        }
    }

    private static let edges: [Int64?] = [
        nil, 0, 1, -1, 9_007_199_254_740_991, 9_007_199_254_740_992, -9_007_199_254_740_992,
        .max, .min, .min + 1,
    ]

    private func spoil(
        _ arguments: inout Arguments,
        _ pots: [UUID],
        _ random: inout SeededRandom
    ) {
        func place(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &random) }
        let leg = place(arguments.ordinals.count)
        switch Int.random(in: 0..<15, using: &random) {
        case 0: arguments.ids[place(arguments.ids.count)] = nil
        case 1: arguments.ids[place(arguments.ids.count)] = arguments.ids[0]
        case 2: arguments.ids.append(UUID())
        case 3: arguments.kinds.removeLast()
        case 4: arguments.kinds[0] = [nil, "funding", "", "expiry"].randomElement(using: &random)!
        case 5: arguments.linked[0] = nil
        case 6: arguments.linked.removeFirst()
        case 7: if leg < arguments.ordinals.count { arguments.ordinals[leg] = nil }
        case 8:
            let other = Int32.random(in: -1...9, using: &random)
            if leg < arguments.ordinals.count { arguments.ordinals[leg] = other }
        case 9: arguments.ordinals.reverse()
        case 10: if leg < arguments.accounts.count { arguments.accounts[leg] = nil }
        case 11: arguments.amounts.removeLast()
        case 12: arguments.accounts.append(pots[0])
        case 13: arguments.holds[0] = UUID()
        default:
            if leg < arguments.amounts.count {
                arguments.amounts[leg] = Self.edges.randomElement(using: &random)!
            }
        }
    }

    /// The number of verdicts, or nil when the database refused the whole call.
    private func post(_ arguments: Arguments, _ books: LedgerBooks) async throws -> Int? {
        let nobody = [UUID?](repeating: nil, count: arguments.references.count)
        do {
            return try await books.wallet.query(
                """
                SELECT verdicts FROM ledger.post(
                    \(books.community), \(arguments.ids), \(arguments.kinds),
                    \(arguments.references), \(arguments.related), \(arguments.holds), \(nobody),
                    \(nobody), \(arguments.linked), \(arguments.ordinals), \(arguments.accounts),
                    \(arguments.amounts))
                """
            ) { try $0.one().decode([String].self).count }
        } catch let error as PostgresError {
            // Data (22) or integrity (23); anything else would be a fault of ours.
            let state = error.sqlState ?? ""
            #expect(state.hasPrefix("22") || state.hasPrefix("23"), "\(error)")
            return nil
        }
    }

    /// The number of postings; records an issue when something is not whole.
    private func postings(_ books: LedgerBooks, total: Int64) async throws -> Int {
        let (sum, least, count, unbalanced) = try await books.owner.query(
            """
            SELECT (SELECT sum(posted)::bigint FROM ledger.account
                     WHERE community_id = \(books.community) AND kind = 'pot'),
                   (SELECT min(posted) FROM ledger.account
                     WHERE community_id = \(books.community) AND kind = 'pot'),
                   (SELECT count(*) FROM ledger.posting WHERE community_id = \(books.community)),
                   (SELECT count(*) FROM (
                        SELECT FROM ledger.posting WHERE community_id = \(books.community)
                         GROUP BY transfer_id HAVING sum(amount) <> 0) AS wrong)
            """
        ) { try $0.one().decode(Int64.self, Int64.self, Int.self, Int.self) }
        #expect(sum == total)
        #expect(least >= 0)
        #expect(unbalanced == 0)
        return count
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `malformed arrays have a clean refusal or a verdict for each`(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([500, 500, 500])
        var before = try await postings(books, total: 1500)
        var refused = 0
        for _ in 0..<150 {
            var arguments = Arguments(Int.random(in: 1...6, using: &random), pots, &random)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                spoil(&arguments, pots, &random)
            }
            let verdicts = try await post(arguments, books)
            let after = try await postings(books, total: 1500)
            if let verdicts {
                #expect(verdicts == arguments.ids.count)
            } else {
                refused += 1
                #expect(after == before)
            }
            before = after
        }
        #expect(refused > 10 && refused < 140)
    }

    @Test(arguments: [
        // A missing amount would be drawn for, and no subscript finds those of other shapes.
        "'{1,1}', ARRAY[a, b], '{-5}'", "'{1,1}', ARRAY[a, b], '{{-5},{5}}'",
        "'{1,1}', ARRAY[a, b], '[0:1]={-5,5}'", "'{1,1}', ARRAY[a], '{-5,5}'",
        "'{1,1}', ARRAY[a, b], NULL", "NULL, ARRAY[a, b], '{-5,5}'",
        // Legs that belong to no transfer, or come after their turn.
        "'{1,1,2}', ARRAY[a, b, a], '{-5,5,1}'", "'{2,2}', ARRAY[a, b], '{-5,5}'",
        "'{1,NULL}', ARRAY[a, b], '{-5,5}'", "'{0,1,1}', ARRAY[a, a, b], '{1,-5,5}'",
    ])
    func `arrays of other shapes are refused as a whole`(legs: String) async throws {
        let books = try await LedgerBooks.open()
        let pots = try await books.pots([500, 0])
        do {
            _ = try await books.wallet.execute(
                """
                SELECT p.* FROM (VALUES (\(pots[0])::uuid, \(pots[1])::uuid)) AS pots (a, b),
                    ledger.post(\(books.community), ARRAY[gen_random_uuid()], '{transfer}',
                        '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{false}',
                        \(rawSQL: legs)) AS p
                """
            )
            Issue.record("accepted: \(legs)")
        } catch let error as PostgresError {
            #expect(error.sqlState == "2202E", "\(error)")
        }
        #expect(try await books.posted(pots[0]) == 500)
    }

    @Test func `euros are not drawn for coins`() async throws {
        let books = try await LedgerBooks.open()
        try await books.fund(1000)
        let verdicts = try await books.disbursement.query(
            """
            SELECT verdicts FROM ledger.post(\(books.community), ARRAY[gen_random_uuid()],
                '{funding}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{NULL}', '{false}', '{1,1}',
                \([books.programme, books.accounts.bank]), '{100,NULL}')
            """
        ) { try $0.one().decode([String].self) }
        #expect(verdicts == ["unbalanced"])
        #expect(try await books.posted(books.programme) == 1000)
    }
}
