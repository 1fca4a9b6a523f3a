import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct GroupPosterBoundsTests {
    private let lane = UUID()

    @Test func `a full poster refuses at once`() async throws {
        let poster = try await PosterTable.shared.poster { $0.mostWaiting = 2 }
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let tasks = try await poster.queue([Entry(lane: lane), Entry(lane: lane)])
        for lane in [lane, UUID()] {
            let error = await failure(of: Task { try await poster.post(Entry(lane: lane)) })
            #expect(error as? PostgresError == .overloaded)
        }
        try await door.open()
        _ = try await records([first] + tasks)
    }

    @Test func `an item that waits too long is refused, whatever the database does`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster {
            // Long enough for the first item to be sent on a busy machine.
            $0.longestWait = .seconds(10)
        }
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let late = await failure(of: Task { try await poster.post(Entry(lane: lane)) })
        #expect(late as? PostgresError == .overloaded)
        #expect(poster.statistics.waiting == 0)
        try await door.open()
        _ = try await first.value
        #expect(try await table.effects(of: lane).count == 1)
    }

    @Test func `a sent item whose statement hangs is unknown when patience is over`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster { $0.patience = .milliseconds(100) }
        let door = try await Door.close()
        let first = Entry(lane: lane, act: .passThrough(door))
        let lost = await failure(of: Task { try await poster.post(first) })
        #expect(lost as? PostgresError == .outcomeUnknown)
        try await door.open()
        // Asking again tells, and does nothing twice.
        _ = try await table.poster().post(first)
        await poster.shutDown()
        #expect(try await table.effects(of: lane) == [first.key: 1])
    }

    @Test func `a cancelled item is dropped while it waits, and completed once it was sent`()
        async throws
    {
        let table = try await PosterTable.shared
        let poster = table.poster()
        let door = try await Door.close()
        let sent = try await poster.occupy(lane, door)
        let tasks = try await poster.queue([Entry(lane: lane), Entry(lane: lane)])
        tasks[0].cancel()
        sent.cancel()
        #expect(await failure(of: tasks[0]) is CancellationError)
        #expect(poster.statistics.waiting == 1)
        try await door.open()
        _ = try await records([sent, tasks[1]])
        #expect(try await table.effects(of: lane).count == 2)
    }

    @Test func `a task that is cancelled already never waits`() async throws {
        let poster = try await PosterTable.shared.poster()
        let entry = Entry(lane: lane)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await poster.post(entry)
        }
        #expect(await failure(of: task) is CancellationError)
        #expect(poster.statistics.busyLanes == 0)
    }

    @Test func `a shutdown completes what was accepted and takes nothing more`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster { $0.largestBatch = 2 }
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let tasks = try await poster.queue((1...5).map { _ in Entry(lane: lane) })
        let service = Task { try await poster.run() }
        service.cancel()
        let other = UUID()
        _ = try await eventually("the poster is closed") {
            let task = Task { try await poster.post(Entry(lane: other)) }
            return await failure(of: task) as? PostgresError == .closed ? true : nil
        }
        try await door.open()
        try await service.value
        #expect(poster.statistics.itemsPosted >= 6)
        #expect(poster.statistics.busyLanes == 0)
        _ = try await records([first] + tasks)
        await poster.shutDown()
    }

    @Test func `a database that is away is unavailable`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster(on: table.database { $0.host = "/nonexistent" }) {
            $0.outagePatience = .milliseconds(20)
        }
        let task = Task { [lane] in try await poster.post(Entry(lane: lane)) }
        guard case .unavailable = await failure(of: task) as? PostgresError else {
            Issue.record("not unavailable")
            return
        }
    }
}
