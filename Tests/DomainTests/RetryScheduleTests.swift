import Domain
import Foundation
import Testing

@Suite struct RetryScheduleTests {
    @Test func `the schedule is the one that the documentation promises`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/webhooks.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let units = ["seconds": 1, "minutes": 60, "hours": 3600]
        let rows = text.matches(of: #/\| (\d+) \| (\d+) (seconds|minutes|hours) \|/#).map {
            (attempt: Int($0.1), seconds: Int64($0.2).map { $0 } ?? 0, unit: String($0.3))
        }
        #expect(rows.map(\.attempt) == Array(2...(RetrySchedule.pauses.count + 1)))
        #expect(
            rows.map { $0.seconds * Int64(units[$0.unit] ?? 0) } == RetrySchedule.pauses
        )
        #expect(text.contains("After the tenth attempt the event is given up."))
        #expect(RetrySchedule.pauses.count + 1 == 10)
    }

    @Test func `a pause is lengthened by a tenth at most and never shortened`() {
        for (index, pause) in RetrySchedule.pauses.enumerated() {
            let least = pause * 1_000_000
            var seen: Set<Int64> = []
            let chances: [UInt32] = [0, 1, 500, 1000, 1001, .max] + (0..<200).map { $0 * 7 }
            for chance in chances {
                let actual = RetrySchedule.pauseMicroseconds(
                    afterAttempts: index + 1,
                    chance: chance
                )
                #expect((least...(least + least / 10)).contains(actual ?? -1))
                seen.insert(actual ?? -1)
            }
            #expect(seen.contains(least) && seen.contains(least + least / 10))
        }
        let end = RetrySchedule.pauses.count + 1
        #expect(RetrySchedule.pauseMicroseconds(afterAttempts: end, chance: 0) == nil)
    }
}
