import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Two instances of the wallet service on one database.
@Suite(.timeLimit(.minutes(15))) struct RaceTests {
    private func withTwoInstances(
        _ body: (TestCommunity, ServiceProcess) async throws -> Void
    ) async throws {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let second = try await SecondInstance.start(
            .wallet,
            of: stack,
            programs: TestStack.programs
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(community, second))
        } catch {
            result = .failure(error)
        }
        await second.stop()
        try result.get()
    }

    @Test func `of those who spend the same coin at two instances one has it`() async throws {
        try await withTwoInstances { community, second in
            let payer = try await community.payer(with: "10.00")
            let phones = [payer.phone, await payer.phone(at: second)]
            let statuses = await withTaskGroup(of: Int?.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        let reference = payer.history.intend(minorUnits: 1000)
                        let phone = phones[number % 2]
                        return await payer.send(1000, reference, by: phone, attempts: 50)?.status
                    }
                }
                return await group.reduce(into: [Int?]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 201 }.count == 1)
            #expect(!statuses.contains(nil))
            #expect(payer.history.counts.refused == 15)
            try await requireKept(payer.history, in: community)
        }
    }

    @Test func `one key at two instances has one effect and one answer`() async throws {
        try await withTwoInstances { community, second in
            let payer = try await community.payer(with: "20.00")
            let phones = [payer.phone, await payer.phone(at: second)]
            for _ in 0..<8 {
                let reference = payer.history.intend(minorUnits: 100)
                let answers = await withTaskGroup(of: TestAnswer?.self) { group in
                    for number in 0..<6 {
                        group.addTask {
                            await payer.send(100, reference, by: phones[number % 2], attempts: 100)
                        }
                    }
                    return await group.reduce(into: [TestAnswer?]()) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0?.status == 201 })
                #expect(Set(answers.map { $0?.body }).count == 1)
            }
            #expect(payer.history.counts.acknowledged == 8)
            try await requireKept(payer.history, in: community)
        }
    }
}
