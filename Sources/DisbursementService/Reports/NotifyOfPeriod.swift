import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Tells what was booked on the account of a programme in a day, a week or a month.
///
/// A period that is over has the same id and the same entries whenever it is asked for, and says
/// beforehand what they come to. While it goes on, it is told as far as it has come.
struct NotifyOfPeriod: Sendable {
    let programme: UUID
    let period: StatementPeriod
    let community: UUID
    let database: Database
    let clock: Clock

    /// A transaction that began within a period may commit a moment after its end, and none takes longer.
    private static let settlingMicroseconds: Int64 = 60_000_000

    /// Throws 404 without such a programme, for a year, and before the period has begun.
    func callAsFunction() async throws -> CreditNotificationFile {
        guard !period.isYear else { throw Problem.notFound("period") }
        let now = clock.now()
        let account = try await database.query(
            ProgrammeNotificationQueries.account(
                of: programme,
                in: period,
                before: Timestamp(now),
                community
            ),
            ProgrammeNotificationQueries.account
        )
        guard let (account, end) = account else { throw Problem.notFound("programme") }
        guard account.span.lowerBound <= now.microseconds else { throw Problem.notFound("period") }
        let isOver = end + Self.settlingMicroseconds <= now.microseconds
        let batches = try await database.query(
            ProgrammeNotificationQueries.batches(of: programme, in: account.span, community),
            ProgrammeNotificationQueries.batches
        )
        return CreditNotificationFile(
            account.head(
                id: isOver
                    ? "\(period)-\(programme.compact.suffix(24))" : clock.newID().compact,
                createdAtMicroseconds: isOver ? end : now.microseconds,
                tellsSpan: true
            ),
            totals: isOver ? try await totals(in: account.span) : nil,
            of: batches.map { batch in
                BatchEntries(
                    of: batch,
                    in: account.span,
                    tellsRecalls: false,
                    community,
                    database
                )
            },
            and: OtherEntries(of: programme, in: account.span, community, database)
        )
    }

    private func totals(in span: Range<Int64>) async throws -> CreditNotification.Totals {
        try await database.query(
            ProgrammeNotificationQueries.totals(of: programme, in: span, community),
            ProgrammeNotificationQueries.totals
        )
    }
}
