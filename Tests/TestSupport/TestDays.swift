import API
import Foundation
import LocalStack
import Postgres

/// Where the days of a community begin. No test should know what time it is: where it is noon now,
/// neither a day nor a month nor a year ends while a test runs, and the date is that of Greenwich.
package struct TestDays: Sendable {
    /// The name of the time zone in the tz database.
    let zone: String
    private let secondsAhead: Int64

    /// Noon, give or take half an hour.
    package static var atNoon: TestDays {
        let ahead = 12 - Int64(Date().timeIntervalSince1970) / 3600 % 24
        // POSIX counts the other way.
        return TestDays(
            zone: "Etc/GMT\(ahead > 0 ? "-" : "+")\(abs(ahead))",
            secondsAhead: ahead * 3600
        )
    }

    /// As it is where coins are used: for tests of moments that they name themselves.
    package static let ofAmsterdam = TestDays(zone: "Europe/Amsterdam", secondsAhead: 3600)

    /// The day so many days from today.
    package func day(in days: Int = 0) -> String {
        let seconds = Int64(Date().timeIntervalSince1970) + secondsAhead + Int64(days) * 86_400
        return String(Instant(microseconds: seconds * 1_000_000).description.prefix(10))
    }

    /// The day of the month today.
    package var dayOfMonth: Int { Int(day().suffix(2)) ?? 1 }

    /// The month so many days from today, such as `2026-11`.
    package func month(in days: Int = 0) -> String { String(day(in: days).prefix(7)) }

    /// This year.
    package var year: Int { Int(day().prefix(4)) ?? 0 }

    /// Today's day of the week, from 1 for Monday to 7.
    package var weekday: Int {
        let days = (Int64(Date().timeIntervalSince1970) + secondsAhead) / 86_400
        // 1970 began on a Thursday.
        return Int((days + 3) % 7) + 1
    }

    /// Lets the days of a new community be these. The API knows communities of the Netherlands only.
    func begin(in community: Identifier, on stack: LocalStack) async throws {
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            _ = try await owner.execute(
                """
                UPDATE accounts.community SET time_zone = \(zone)
                 WHERE community_id = \(community.uuid)
                """
            )
        }
    }
}
