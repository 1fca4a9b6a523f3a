import API
import LocalStack
import TestSupport
import Testing

/// Two instances of the merchant service, and the workers that end reservations, on one hold.
@Suite(.timeLimit(.minutes(15))) struct ReservationRaceTests {
    private struct Stage: Sendable {
        let community: TestCommunity
        let shop: TestShop
        let resident: TestResident
        /// The till at the first instance and at the second.
        let tills: [TestClient]
    }

    private func withStage(_ body: (Stage) async throws -> Void) async throws {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "100.00")
        let second = try await SecondInstance.start(
            .merchant,
            of: stack,
            programs: TestStack.programs
        )
        var urls = shop.till.urls
        urls[.merchant] = await second.url
        let stage = Stage(
            community: community,
            shop: shop,
            resident: resident,
            tills: [shop.till, shop.till.at(urls)]
        )
        let result: Result<Void, any Error>
        do {
            try await body(stage)
            try await requireSoundBooks(of: stack, in: community)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await second.stop()
        try result.get()
    }

    /// What came of acts that are done at the same time.
    private func together(
        _ acts: [@Sendable () async throws -> TestAnswer]
    ) async throws -> [TestAnswer] {
        try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for act in acts { group.addTask { try await act() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `captures at two instances together take what was approved`() async throws {
        try await withStage { stage in
            let held = try await stage.shop.reserve("10.00", of: stage.resident)
            let answers = try await together(
                (0..<12).map { number in
                    { try await stage.shop.capture(held, "2.00", by: stage.tills[number % 2]) }
                }
            )
            #expect(answers.filter { $0.status == 201 }.count == 5)
            let problems = Set(answers.compactMap(\.problemType))
            #expect(problems.isSubset(of: [.holdEnded, .captureExceeds]))
            #expect(try await stage.shop.balance() == "10.00")
            #expect(try await stage.resident.balance() == "90.00, 0.00 held")
        }
    }

    @Test func `one key at two instances captures once`() async throws {
        try await withStage { stage in
            let held = try await stage.shop.reserve("10.00", of: stage.resident)
            let acts: [@Sendable () async throws -> TestAnswer] = (0..<6).map { number in
                {
                    try await eventually("an answer") {
                        let answer = try await stage.shop.capture(
                            held,
                            "3.00",
                            key: "once",
                            by: stage.tills[number % 2]
                        )
                        return answer.problemType == .idempotencyKeyInFlight ? nil : answer
                    }
                }
            }
            let answers = try await together(acts)
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(try await stage.shop.balance() == "3.00")
        }
    }

    @Test func `of a void and captures at once each has one outcome`() async throws {
        try await withStage { stage in
            for _ in 0..<5 {
                let before = try await stage.shop.balance()
                let held = try await stage.shop.reserve("6.00", of: stage.resident)
                let answers = try await together([
                    { try await stage.shop.capture(held, "2.00", by: stage.tills[0]) },
                    { try await stage.shop.void(held, by: stage.tills[1]) },
                    { try await stage.shop.capture(held, "2.00", by: stage.tills[1]) },
                    { try await stage.shop.void(held, by: stage.tills[0]) },
                ])
                let refused = answers.filter { $0.status != 201 }
                #expect(refused.allSatisfy { $0.problemType == .holdEnded })
                let captured = answers.count { $0.status == 201 } - 1
                let seen = try await stage.shop.see(held.id)
                #expect(seen.state == (captured == 0 ? .voided : .captured))
                #expect(seen.hold?.capturedAmount.value == "\(captured * 2).00")
                #expect(seen.hold?.openAmount.value == "0.00")
                let difference = try await minorUnits(stage.shop.balance()) - minorUnits(before)
                #expect(difference == captured * 200)
            }
            #expect(try await stage.resident.balance().hasSuffix(" 0.00 held"))
        }
    }

    @Test func `a capture that races the end of the term has one outcome`() async throws {
        try await withStage { stage in
            for _ in 0..<5 {
                let before = try await stage.shop.balance()
                let held = try await stage.shop.reserve("6.00", of: stage.resident)
                async let ended: Void = stage.community.endTerm(of: held)
                let answers = try await together([
                    { try await stage.shop.capture(held, "6.00", by: stage.tills[0]) },
                    { try await stage.shop.capture(held, "6.00", by: stage.tills[1]) },
                ])
                try await ended
                let captured = answers.count { $0.status == 201 }
                #expect(captured <= 1)
                #expect(
                    answers.allSatisfy { $0.status == 201 || $0.problemType == .holdEnded }
                )
                let seen = try await stage.shop.see(held.id)
                #expect(seen.state == (captured == 1 ? .captured : .expired))
                let difference = try await minorUnits(stage.shop.balance()) - minorUnits(before)
                #expect(difference == captured * 600)
            }
            _ = try await eventually("nothing is held") {
                try await stage.resident.balance().hasSuffix(" 0.00 held") ? true : nil
            }
        }
    }

    private func minorUnits(_ text: String) throws -> Int {
        try #require(Int(text.replacing(".", with: "")))
    }
}
