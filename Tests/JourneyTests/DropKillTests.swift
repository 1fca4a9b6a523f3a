import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Files in a directory that two instances watch, killed again and again.
@Suite(.timeLimit(.minutes(15))) struct DropKillTests {
    private static let files = 8
    private static let lines = 400

    @Test func `every file becomes one batch, and none is called a duplicate of itself`()
        async throws
    {
        try await TestStack.withOwn { stack in
            let community = try await TestCommunity.make(on: stack)
            let programme = try await community.fundedProgramme("100000.00")
            let drop = try TestDrop(for: programme.id, by: community.clerk, of: community)
            for number in 0..<Self.files {
                let credits = (0..<Self.lines).map {
                    TestCredit("Inwoner", TestIBAN.number(840_000 + $0), "\(number + 1).00")
                }
                try drop.put(Array(TestPaymentFile.xml(credits).utf8), as: "f\(number).xml")
            }
            var watchers: [ServiceProcess] = []
            for _ in 0..<2 { watchers.append(try await drop.watcher(of: stack)) }
            for kill in 1...Self.files - 2 {
                _ = try await eventually("\(kill) results") {
                    try drop.results().count >= kill ? true : nil
                }
                let victim = watchers[kill % 2]
                _ = await victim.kill9()
                try await victim.start()
            }
            for number in 0..<Self.files {
                let result = try await drop.result(of: "f\(number).xml")
                #expect(result.outcome == "submitted", "f\(number).xml")
                #expect(result.batch?.count == Self.lines)
            }
            let left = try await stack.cluster.withOwner(database: LocalStack.databaseName) {
                try await $0.query(
                    """
                    SELECT count(*), count(DISTINCT content_hash)
                      FROM disbursement.batch WHERE state = 'validated'
                    """
                ) { try $0.one().decode(Int64.self, Int64.self) }
            }
            #expect(left.0 == Int64(Self.files) && left.1 == left.0)
            for watcher in watchers { await watcher.stop() }
        }
    }
}
