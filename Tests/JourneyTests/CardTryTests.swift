import API
import Foundation
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// How often a PIN can be tried: at two instances at once, by the same request again, and by
/// whoever has the database role of the merchant service.
@Suite(.timeLimit(.minutes(15))) struct CardTryTests {
    private func withTwoInstances(
        _ body: (TestCommunity, [TestShop], ServiceProcess) async throws -> Void
    ) async throws {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let shops = [try await community.openShop(), try await community.openShop()]
        let second = try await SecondInstance.start(
            .merchant,
            of: stack,
            programs: TestStack.programs
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(community, shops, second))
        } catch {
            result = .failure(error)
        }
        await second.stop()
        try result.get()
    }

    private func till(of shop: TestShop, at instance: ServiceProcess) async -> TestClient {
        var urls = shop.till.urls
        urls[.merchant] = await instance.url
        return shop.till.at(urls)
    }

    private func asOwner<T: Sendable>(
        _ stack: LocalStack,
        _ sql: SQL,
        _ decode: @escaping @Sendable (Rows) throws -> T
    ) async throws -> T {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) {
            try await $0.query(sql, decode)
        }
    }

    @Test func `fifty wrong PINs at once at two instances are as many tries as are allowed`()
        async throws
    {
        try await withTwoInstances { community, shops, second in
            let resident = try await community.resident(with: "10.00")
            let card = try await community.card(for: resident.person)
            let payments = [try await shops[0].request("1.00"), try await shops[1].request("1.00")]
            let tills = [shops[0].till, await till(of: shops[1], at: second)]
            let problems = await withTaskGroup(of: ProblemType?.self) { group in
                for number in 0..<50 {
                    let side = number % 2
                    group.addTask {
                        try? await shops[side].take(
                            card,
                            pin: "\(310_742 + number)",
                            for: payments[side],
                            by: tills[side]
                        ).problemType
                    }
                }
                return await group.reduce(into: [ProblemType?]()) { $0.append($1) }
            }
            #expect(problems.count == 50)
            #expect(problems.allSatisfy { $0 == .cardRefused }, "\(Set(problems))")
            let id = card.id.uuid
            let counted = try await asOwner(
                community.stack,
                """
                SELECT c.wrong_pins::integer, (SELECT count(*) FROM accounts.card_try t
                                                WHERE t.card_id = c.id)
                  FROM accounts.card c WHERE c.id = \(id)
                """
            ) { try $0.one().decode(Int32.self, Int64.self) }
            #expect(counted.0 == 3 && counted.1 == 3)
            #expect(try await shops[0].take(card, for: payments[0]).problemType == .cardRefused)
            #expect(try await resident.available() == "10.00")
            try await requireSoundBooks(of: community.stack, in: community)
        }
    }

    @Test func `one card pays one payment once, however many ask at two instances`() async throws {
        try await withTwoInstances { community, shops, second in
            let resident = try await community.resident(with: "10.00")
            let card = try await community.card(for: resident.person)
            let payment = try await shops[0].request("6.00")
            let tills = [shops[0].till, await till(of: shops[0], at: second)]
            let answers = await withTaskGroup(of: TestAnswer?.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        // The same key in flight answers 409: asked again until it is there.
                        for _ in 1...200 {
                            let answer = try? await shops[0].take(
                                card,
                                for: payment,
                                key: "betaling-1",
                                by: tills[number % 2]
                            )
                            if answer?.problemType != .idempotencyKeyInFlight { return answer }
                        }
                        return nil
                    }
                }
                return await group.reduce(into: [TestAnswer?]()) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0?.status == 201 })
            #expect(Set(answers.map { $0?.body }).count == 1)
            #expect(try await resident.available() == "4.00")
            try await requireSoundBooks(of: community.stack, in: community)
        }
    }

    @Test func `the same request again is one try, another under its key none`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let card = try await community.card(for: resident.person)
        let payment = try await shop.request("1.00")
        let wrong = try await shop.take(card, pin: "739184", for: payment, key: "poging-1")
        for _ in 1...5 {
            let again = try await shop.take(card, pin: "739184", for: payment, key: "poging-1")
            #expect(again.body == wrong.body && again.problemType == .cardRefused)
            #expect(again.headers["idempotency-replayed"] == "true")
        }
        let other = try await shop.take(card, for: payment, key: "poging-1")
        #expect(other.problemType == .idempotencyKeyReused)
        // One wrong PIN so far: two more are allowed, and a right one forgives them.
        #expect(
            try await shop.take(card, pin: "739185", for: payment).problemType == .cardRefused
        )
        #expect(try await shop.take(card, for: payment, key: "poging-2").status == 201)
        #expect(
            try await shop.take(card, for: payment, key: "poging-2").headers["idempotency-replayed"]
                == "true"
        )
        #expect(try await resident.available() == "9.00")
        #expect(try await !community.show(card).isPinBlocked)
    }

    @Test func `a till that has had too many wrong cards has to wait`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let card = try await community.card(for: resident.person)
        let payment = try await shop.request("1.00")
        let unknown = TestCard(id: card.id, number: "9482 0157 3664 0182")
        let problems = await withTaskGroup(of: ProblemType?.self) { group in
            for _ in 0..<30 {
                group.addTask { try? await shop.take(unknown, for: payment).problemType }
            }
            return await group.reduce(into: [ProblemType?]()) { $0.append($1) }
        }
        #expect(problems.allSatisfy { $0 == .cardRefused }, "\(Set(problems))")
        let answer = try await shop.take(card, for: payment)
        #expect(answer.problemType == .tooManyAttempts && answer.headers["retry-after"] != nil)
        // Another till is not concerned.
        let other = try await community.openShop()
        #expect(try await other.take(card, for: other.request("1.00")).status == 201)
    }

    @Test func `the merchant service's role reads no PIN and gets no try back by rolling back`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "10.00")
        let card = try await community.card(for: resident.person)
        let (id, tenant, client) = (card.id.uuid, community.id.uuid, shop.till.id.uuid)
        let (hash, pinHash) = try await asOwner(
            community.stack,
            "SELECT number_hash, pin_hash FROM accounts.card WHERE id = \(id)"
        ) { try $0.one().decode([UInt8].self, [UInt8].self) }
        let role = Database(
            configuration: try community.stack.databaseConfiguration(role: "wijkmunt_merchant"),
            logger: Logger(label: "thief")
        )
        for table in ["card", "card_try", "card_event"] {
            await #expect(throws: PostgresError.self) {
                try await role.query("SELECT 1 FROM accounts.\(rawSQL: table)") { _ in }
            }
        }
        func attempt(_ key: String, _ guess: [UInt8], alone: Bool) async throws -> String {
            let count: SQL = """
                SELECT accounts.try_card(\(tenant), \(client), \(key), \(guess), \(id), \(hash),
                                         \(guess))
                """
            let judge: SQL = "SELECT accounts.judge_card_try(\(tenant), \(client), \(key))"
            if alone {
                _ = try await role.query(count) { try $0.one().decode(String.self) }
                return try await role.query(judge) { try $0.one().decode(String.self) }
            }
            return try await role.transaction { connection in
                _ = try connection.query(count)
                return try connection.query(judge).one().decode(String.self)
            }
        }
        // Counting and judging in one transaction, to be rolled back when it was wrong.
        await #expect(throws: PostgresError.self) {
            try await attempt("samen", pinHash, alone: false)
        }
        let wrong = [UInt8](repeating: 7, count: 32)
        for number in 1...3 {
            #expect(try await attempt("los-\(number)", wrong, alone: true) == "refused")
        }
        #expect(try await attempt("los-4", pinHash, alone: true) == "refused")
        #expect(try await community.show(card).isPinBlocked)
        await role.shutDown()
    }
}
