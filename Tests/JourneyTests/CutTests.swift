import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// A wallet service whose connections to PostgreSQL break at every point of a batch.
@Suite(.timeLimit(.minutes(15))) struct CutTests {
    /// Odd, so that cuts fall inside and between messages.
    private static let step = 211

    @Test func `a connection cut anywhere in a batch of transfers loses and doubles nothing`()
        async throws
    {
        let stack = try await TestStack.shared
        let community = try await TestCommunity.make(on: stack)
        let payer = try await community.payer(with: "100.00")
        let proxy = try CuttingProxy(serverDirectory: stack.cluster.socketDirectory)
        defer { proxy.stop() }
        let service = try await SecondInstance.start(
            .wallet,
            of: stack,
            programs: TestStack.programs,
            databaseHost: proxy.directory,
            connections: 1
        )
        let phone = await payer.phone(at: service)
        // The first exchange prepares the statement, the second is what comes from now on.
        await together(payer, phone)
        let before = CuttingProxy.Direction.allCases.map { proxy.passed($0) }
        await together(payer, phone)
        let lengths = zip(CuttingProxy.Direction.allCases, before).map {
            max(1500, proxy.passed($0) - $1)
        }
        for (direction, length) in zip(CuttingProxy.Direction.allCases, lengths) {
            for bytes in stride(from: 1, through: length, by: Self.step) {
                proxy.arm(direction, afterBytes: bytes)
                await together(payer, phone)
            }
        }
        #expect(proxy.cuts > 10)
        let counts = payer.history.counts
        #expect(counts.unknown == 0 && counts.refused == 0)
        await service.stop()
        try await requireKept(payer.history, in: community)
    }

    /// Some transfers at once, all of which have an answer in the end.
    private func together(_ payer: Payer, _ phone: TestClient) async {
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    let reference = payer.history.intend(minorUnits: 1)
                    _ = await payer.send(1, reference, by: phone, attempts: 200)
                }
            }
        }
    }
}
