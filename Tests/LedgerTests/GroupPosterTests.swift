import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct GroupPosterTests {
    private let lane = UUID()

    @Test func `an idle lane posts at once and alone`() async throws {
        let poster = try await PosterTable.shared.poster()
        for _ in 1...3 { _ = try await poster.post(Entry(lane: lane)) }
        let statistics = poster.statistics
        #expect(statistics.batchesPosted == 3)
        #expect(statistics.itemsPosted == 3)
    }

    @Test func `what comes while a batch is in flight is the next one, in order of arrival`()
        async throws
    {
        let poster = try await PosterTable.shared.poster()
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let rest = try await poster.queue((1...5).map { _ in Entry(lane: lane) })
        try await door.open()
        let posted = try await records([first] + rest)
        #expect(posted.map(\.place) == posted.map(\.place).sorted())
        #expect(Set(posted.dropFirst().map(\.batch)).count == 1)
        #expect(posted[0].batch != posted[1].batch)
        let statistics = poster.statistics
        #expect(statistics.batchesPosted == 2)
        #expect(statistics.itemsPosted == 6)
        #expect(statistics.waiting == 0)
    }

    @Test func `a batch is no larger than its bound`() async throws {
        let poster = try await PosterTable.shared.poster { $0.largestBatch = 2 }
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let rest = try await poster.queue((1...5).map { _ in Entry(lane: lane) })
        try await door.open()
        _ = try await first.value
        let posted = try await records(rest)
        #expect(posted.map(\.place) == posted.map(\.place).sorted())
        #expect(Set(posted.map(\.batch)).count == 3)
    }

    @Test func `the second item of a key waits for a later batch, the others do not`() async throws
    {
        let poster = try await PosterTable.shared.poster()
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let twice = Entry(lane: lane)
        let tasks = try await poster.queue([twice, twice, Entry(lane: lane), twice])
        try await door.open()
        _ = try await first.value
        let posted = try await records(tasks)
        #expect(posted.map(\.isReplay) == [false, true, false, true])
        #expect(posted[0].place == posted[1].place)
        #expect(posted[0].place == posted[3].place)
        #expect(posted[2].batch == posted[0].batch)
        #expect(poster.statistics.batchesPosted == 4)
    }

    @Test func `two lanes are in flight together`() async throws {
        let poster = try await PosterTable.shared.poster()
        let door = try await Door.close()
        let tasks = [
            try await poster.occupy(lane, door),
            try await poster.occupy(UUID(), door),
        ]
        #expect(poster.statistics.busyLanes == 2)
        try await door.open()
        let posted = try await records(tasks)
        #expect(posted[0].batch != posted[1].batch)
    }

    @Test(arguments: [[3], [0], [6], [1, 2, 5], [0, 1, 2, 3, 4, 5, 6]])
    func `poisoned items fail alone`(positions: [Int]) async throws {
        let table = try await PosterTable.shared
        let poster = table.poster()
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let entries = (0...6).map {
            Entry(lane: lane, act: positions.contains($0) ? .poison : .note)
        }
        let tasks = try await poster.queue(entries)
        try await door.open()
        _ = try await first.value
        var places: [Int64] = []
        for (position, task) in tasks.enumerated() {
            switch await task.result {
            case .success(let record): places.append(record.place)
            case .failure(let error):
                #expect(positions.contains(position))
                #expect((error as? PostgresError)?.sqlState == "P0001", "\(error)")
            }
        }
        #expect(places.count == entries.count - positions.count)
        #expect(places == places.sorted())
        #expect(try await table.effects(of: lane).count == places.count + 1)
    }

    @Test func `a batch that collides is posted again as a whole, once in effect`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster()
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let entries = [Act.note, .collide, .note].map { Entry(lane: lane, act: $0) }
        let tasks = try await poster.queue(entries)
        try await door.open()
        _ = try await first.value
        let posted = try await records(tasks)
        #expect(Set(posted.map(\.batch)).count == 1)
        #expect(poster.statistics.retries == 2)
        #expect(poster.statistics.splits == 0)
        #expect(try await table.effects(of: lane).values.allSatisfy { $0 == 1 })
    }

    @Test func `a batch that collides without end fails as a whole, without effect`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster { $0.mostConflicts = 2 }
        let door = try await Door.close()
        let first = try await poster.occupy(lane, door)
        let entries = [Act.note, .collideAlways].map { Entry(lane: lane, act: $0) }
        let tasks = try await poster.queue(entries)
        try await door.open()
        _ = try await first.value
        for task in tasks {
            let error = await failure(of: task)
            #expect((error as? PostgresError)?.sqlState == "40001")
        }
        #expect(try await table.effects(of: lane).count == 1)
    }

    @Test func `outcomes that do not fit the items are everybody's fault`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster(outcomes: { _, _ in [] })
        let task = Task { [lane] in try await poster.post(Entry(lane: lane)) }
        guard case .decoding = await failure(of: task) as? PostgresError else {
            Issue.record("no fault")
            return
        }
        #expect(try await table.effects(of: lane).count == 1)
    }

    /// Three lanes, few keys, poison and cancellation in between.
    @Test func `a crowd gets every key posted once`() async throws {
        let table = try await PosterTable.shared
        let poster = table.poster { $0.largestBatch = 16 }
        let lanes = [lane, UUID(), UUID()]
        let places = try await withThrowingTaskGroup { group in
            for number in 0..<900 {
                let act = number % 97 == 5 ? Act.poison : .note
                let entry = Entry(lane: lanes[number % 3], key: "\(number % 200)-\(act)", act: act)
                group.addTask { () -> (String, Int64)? in
                    let task = Task { try await poster.post(entry) }
                    if number % 31 == 7 { task.cancel() }
                    switch await task.result {
                    case .success(let record): return ("\(entry.lane) \(entry.key)", record.place)
                    case .failure(is CancellationError): return nil
                    case .failure(let error):
                        #expect((error as? PostgresError)?.sqlState == "P0001")
                        if case .poison = act { return nil }
                        throw error
                    }
                }
            }
            var places: [String: Set<Int64>] = [:]
            for try await case (let key, let place)? in group {
                places[key, default: []].insert(place)
            }
            return places
        }
        #expect(places.values.allSatisfy { $0.count == 1 })
        for lane in lanes {
            #expect(try await table.effects(of: lane).values.allSatisfy { $0 == 1 })
        }
        #expect(poster.statistics.waiting == 0)
        #expect(poster.statistics.inFlight == 0)
    }
}
