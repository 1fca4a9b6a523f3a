import FoundationEssentials
import Ledger
import TestSupport

extension EntryPoster {
    /// Posts in order: each waits in its lane before the next one comes.
    func queue(_ entries: [Entry]) async throws -> [Task<Record, any Error>] {
        var tasks: [Task<Record, any Error>] = []
        for entry in entries {
            let before = statistics.waiting
            tasks.append(Task { try await post(entry) })
            try await reach("the entry waits") { statistics.waiting == before + 1 }
        }
        return tasks
    }

    /// Sends an entry that stays in flight until the door is opened.
    func occupy(_ lane: UUID, _ door: Door) async throws -> Task<Record, any Error> {
        let before = statistics.inFlight
        let task = Task { try await post(Entry(lane: lane, act: .passThrough(door))) }
        try await reach("the entry is in flight") { statistics.inFlight == before + 1 }
        return task
    }

    private func reach(_ what: String, _ condition: () -> Bool) async throws {
        _ = try await eventually(what) { condition() ? true : nil }
    }
}

/// The records of items that were posted.
func records(_ tasks: [Task<Record, any Error>]) async throws -> [Record] {
    var records: [Record] = []
    for task in tasks { records.append(try await task.value) }
    return records
}

/// The error of an item that must fail.
func failure(of task: Task<Record, any Error>) async -> (any Error)? {
    if case .failure(let error) = await task.result { error } else { nil }
}
