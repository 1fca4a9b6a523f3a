import API
import Postgres
import TestSupport
import Testing

/// Lines of a file that are recalled by their numbers, and the grants that they became.
@Suite struct LineRecallTests {
    /// A file that paid two residents 10.00 and 20.00, and set 30.00 apart for somebody without a wallet.
    private struct Town {
        let community: TestCommunity
        let batch: Batch
        let residents: [TestResident]
        /// The account of who has no wallet yet.
        let later: String

        static func make() async throws -> Town {
            let community = try await TestCommunity.make()
            let programme = try await community.fundedProgramme("100.00")
            let first = Int.random(in: 1_000_000...999_999_990)
            let numbers = (0..<3).map { TestIBAN.number(first + $0) }
            let residents = try await numbers.dropLast().asyncMap {
                try await community.enrolPerson("Ontvanger", iban: $0)
            }
            let credits = zip(numbers, ["10.00", "20.00", "30.00"])
                .map { TestCredit("Ontvanger", $0, $1) }
            let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
                .decode(Batch.self)
            return Town(
                community: community,
                batch: try await community.approve(batch.id),
                residents: residents,
                later: numbers[2]
            )
        }

        func recall(
            _ lines: [Int],
            atMost amount: Amount? = nil,
            by client: TestClient? = nil,
            key: String? = nil
        ) async throws -> TestAnswer {
            try await (client ?? community.clerk).call(
                .recallLines,
                ["batchId": "\(batch.id)"],
                body: LineRecallCreation(lines: lines, reason: "dubbel betaald", amount: amount),
                key: key
            )
        }

        func lines() async throws -> [Instruction] {
            try await community.clerk.call(.listInstructions, ["batchId": "\(batch.id)"])
                .decode(Page<Instruction>.self).items
        }
    }

    @Test func `a credited line names its grant, at once or when it has landed`() async throws {
        let town = try await Town.make()
        let paid = try await town.lines()
        for (line, resident) in zip(paid, town.residents) {
            let grant = try await town.community.newestGrant(of: resident)
            #expect(line.grantId == grant.id && grant.amount == line.amount)
        }
        #expect(paid[2].state == .waiting && paid[2].grantId == nil)
        let late = try await town.community.enrolPerson("Later", iban: town.later)
        let landed = try await eventually("the credit lands") {
            let line = try await town.lines()[2]
            return line.state == .credited ? line : nil
        }
        let grant = try await town.community.newestGrant(of: late)
        #expect(landed.grantId == grant.id && grant.amount.value == "30.00")
        let found = try await town.community.clerk.call(
            .searchLines,
            body: LineSearch(iban: town.later)
        ).decode(Page<FoundLine>.self).items
        #expect(found.map(\.instruction) == [landed])
    }

    @Test func `lines are recalled together, each for itself, and the others say why not`()
        async throws
    {
        let town = try await Town.make()
        let community = town.community
        let shop = try await community.openShop()
        let all = try await town.recall([9, 3, 2, 1, 2], key: "samen").decode(LineRecalls.self)
        #expect(all.recalled.map(\.line) == [1, 2])
        #expect(all.recalled.map(\.left.value) == ["10.00", "20.00"])
        #expect(
            all.unrecalled == [
                UnrecalledLine(line: 3, reason: .notCredited),
                UnrecalledLine(line: 9, reason: .unknownLine),
            ]
        )
        let replayed = try await town.recall([9, 3, 2, 1, 2], key: "samen")
        #expect(replayed.headers["idempotency-replayed"] == "true")
        #expect(try replayed.decode(LineRecalls.self) == all)
        let again = try await town.recall([1, 2]).decode(LineRecalls.self)
        #expect(again.recalled.isEmpty && again.unrecalled.map(\.line) == [1, 2])
        #expect(Set(again.unrecalled.map(\.reason)) == [.beingRecalled])

        // One of them objects, the other one spends some; each was told.
        for resident in town.residents {
            let notices = try await resident.phone.call(.listNotices).decode(Page<Notice>.self)
            #expect(notices.items.map(\.kind) == [.recallAnnounced])
            #expect(notices.items[0].dueAt == all.dueAt)
        }
        let objected = try await town.residents[0].phone.call(
            .objectToRecall,
            ["recallId": "\(all.recalled[0].recallId)"],
            body: RecallObjection(text: "dat klopt niet")
        ).decode(Recall.self)
        #expect(objected.state == .objected && objected.reason == "dubbel betaald")
        #expect(try await town.residents[1].pay(shop.request("7.50")).status == 201)
        for line in all.recalled { try await community.endWaiting(of: line.recallId) }
        let done = try await community.recall(all.recalled[1].recallId, in: .done)
        #expect(done.taken?.value == "12.50" && done.grantId == all.recalled[1].grantId)
        #expect(try await town.residents[0].balance() == "10.00, 0.00 held")
        let over = try await town.recall([1, 2]).decode(LineRecalls.self)
        #expect(over.unrecalled.map(\.reason) == [.beingRecalled, .nothingLeft])
        let (circulation, reserve) = try await community.books()
        #expect(circulation == reserve)
    }

    @Test func `as much of each is recalled as was too much`() async throws {
        let town = try await Town.make()
        let other = Amount(value: "5.00", coin: "anders")
        #expect(try await town.recall([1], atMost: other).problemType == .unknownCoin)
        let most = town.community.amount("5.00")
        let recalls = try await town.recall([1, 2], atMost: most).decode(LineRecalls.self)
        for line in recalls.recalled {
            try await town.community.endWaiting(of: line.recallId)
            let done = try await town.community.recall(line.recallId, in: .done)
            #expect(done.amount == most && done.taken == most)
        }
        #expect(try await town.residents[1].balance() == "15.00, 0.00 held")
    }

    @Test func `of several who recall the same lines at once one does`() async throws {
        let town = try await Town.make()
        let orders = [[1, 2], [2, 1], [1], [2], [1, 2, 3]]
        let answers = try await withThrowingTaskGroup(of: LineRecalls.self) { group in
            for lines in orders {
                group.addTask { try await town.recall(lines).decode(LineRecalls.self) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.flatMap(\.recalled).map(\.line).sorted() == [1, 2])
        #expect(
            answers.allSatisfy { answer in
                answer.unrecalled.allSatisfy {
                    $0.reason == ($0.line == 3 ? .notCredited : .beingRecalled)
                }
            }
        )
        let recalls = try await town.community.clerk.call(.listRecalls)
            .decode(Page<Recall>.self).items
        #expect(recalls.count == 2 && Set(recalls.map(\.grantId)).count == 2)
    }

    @Test func `how many lines at once has its limits, and the batch is there`() async throws {
        let town = try await Town.make()
        for lines in [[], Array(1...1001), [0], [1_000_001]] {
            #expect(try await town.recall(lines).problemType == .invalidRequest)
        }
        let most = try await town.recall(Array(4...1003)).decode(LineRecalls.self)
        #expect(most.recalled.isEmpty && most.unrecalled.count == 1000)
        let elsewhere = try await TestCommunity.make()
        #expect(try await town.recall([1], by: elsewhere.clerk).problemType == .notFound)
        #expect(try await town.recall([1], by: town.community.approver).status == 403)
    }
}
