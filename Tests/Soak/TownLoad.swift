import API
import Foundation
import LedgerModel
import LocalStack
import Logging
import Postgres
import TestSupport

/// Real services under concurrent requests and faults, in rounds: a new community, a while under
/// fire, and when all is quiet every answer is held against the books.
struct TownLoad {
    let log: SoakLog
    let programs: String

    private static let fire: Duration = .seconds(50)
    /// An installation is thrown away after so many rounds: the disk is not ours alone.
    private static let roundsPerStack = 15

    func run(seed: UInt64, until end: ContinuousClock.Instant) async {
        var random = SeededRandom(seed: seed)
        do {
            while ContinuousClock.now < end {
                try await withSoakDirectory { directory in
                    let stack = try LocalStack(.init(directory: directory, programs: programs))
                    try await stack.start()
                    for _ in 0..<Self.roundsPerStack where ContinuousClock.now < end {
                        try await round(on: stack, until: end, &random)
                        if log.hasViolations { break }
                    }
                    await stack.stop()
                }
                if log.hasViolations { break }
            }
        } catch {
            log.violation("town: \(error)")
        }
    }

    private func round(
        on stack: LocalStack,
        until end: ContinuousClock.Instant,
        _ random: inout SeededRandom
    ) async throws {
        let proxy = try CuttingProxy(serverDirectory: stack.cluster.socketDirectory)
        defer { proxy.stop() }
        let second = try await SecondInstance.start(
            .wallet,
            of: stack,
            programs: programs,
            databaseHost: proxy.directory
        )
        let town = try await Town.found(on: stack, second: second)
        let stop = min(end, .now + Self.fire)
        let seeds = town.residents.indices.map { _ in random.next() }
        let chaos = Chaos(stack: stack, second: second, proxy: proxy, log: log)
        let chaosSeed = random.next()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (resident, seed) in zip(town.residents, seeds) {
                // Everybody has two hands.
                for hand in UInt64(0)..<2 {
                    group.addTask {
                        await town.live(as: resident, seed: seed &+ hand, until: stop)
                    }
                }
            }
            group.addTask { await town.topUp(until: stop) }
            group.addTask { try await chaos.rage(seed: chaosSeed, until: stop) }
            try await group.waitForAll()
        }
        try await chaos.calm()
        await town.askAgain()
        try await check(town)
        await second.stop()
    }

    private func check(_ town: Town) async throws {
        let database = Database(
            configuration: try town.community.stack.databaseConfiguration(role: "wijkmunt_audit"),
            logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() }
        )
        let found = try await town.history.contradictions(
            in: database,
            community: town.community.id
        )
        await database.shutDown()
        for contradiction in found { log.violation(contradiction) }
        let books = try await town.community.books()
        if books.circulation != books.reserve { log.violation("books: \(books)") }
        await checkBooks(of: town.community.stack, database: LocalStack.databaseName, log)
        let counts = town.history.counts
        log.count("rounds")
        log.count("acknowledged", counts.acknowledged)
        log.count("refused", counts.refused)
        log.count("unknown to the end", counts.unknown)
    }
}
