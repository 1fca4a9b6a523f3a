import API
import FoundationEssentials
import HummingbirdCore
import ISO20022
import Postgres
import ServiceKit

/// What became of all files of a programme in a period.
struct StatusSummaryRoutes: Sendable {
    let database: Database

    func add(to routes: Routes) {
        routes.on(.getStatusSummary, getStatusSummary)
    }

    @Sendable private func getStatusSummary(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let id = try call.id("programmeId")
        let programme = try await database.query(
            ProgrammeQueries.one(id, community: community)
        ) { try $0.first.map(ProgrammeQueries.decode) }
        guard let programme, let period = StatementPeriod(try call.text("period")) else {
            throw Problem.notFound("programme")
        }
        let tallies = try await database.query(
            StatusSummaryQueries.tallies(of: id, period, community),
            StatusSummaryQueries.tallies
        )
        let coin = CoinDigits(code: programme.coin, digits: CoinDigits.pegged)
        return .json(
            StatusSummary(
                programmeId: programme.id,
                period: period.description,
                batches: Set(tallies.map(\.batch)).count,
                statuses: PaymentStatus.allCases.map { status in
                    let own = tallies.filter { $0.status == status }
                    return StatusCount(
                        status: status,
                        count: own.reduce(0) { $0 + $1.count },
                        total: Self.sum(own.map(\.amount)).map(coin.amount)
                    )
                }
            )
        )
    }

    /// Nil when it is more than any coin can have.
    private static func sum(_ amounts: [Int64?]) -> Int64? {
        var sum: Int64 = 0
        for amount in amounts {
            guard let amount else { return nil }
            sum += amount
            guard sum < 1 << 53 else { return nil }
        }
        return sum
    }
}

/// How many lines of a batch are in one state.
struct LineTally: Sendable {
    let batch: UUID
    let status: PaymentStatus
    let count: Int
    /// Nil when it is more than any coin can have.
    let amount: Int64?
}

/// SQL about what became of files.
enum StatusSummaryQueries {
    /// Of the files that came in a period of the community's calendar.
    static func tallies(
        of programme: UUID,
        _ period: StatementPeriod,
        _ community: UUID
    ) -> SQL {
        """
        SELECT b.id, b.state, t.state, t.count,
               CASE WHEN t.amount < 9007199254740992 THEN t.amount::bigint END
          FROM accounts.community c
          JOIN disbursement.batch b ON b.community_id = c.community_id
          JOIN disbursement.batch_tally t ON t.community_id = b.community_id AND t.batch_id = b.id
         WHERE c.community_id = \(community) AND b.programme_id = \(programme)
           AND b.state <> 'receiving'
           AND b.submitted_at >= \(period.first.databaseDay)::timestamp AT TIME ZONE c.time_zone
           AND b.submitted_at < \(period.end.databaseDay)::timestamp AT TIME ZONE c.time_zone
        """
    }

    @Sendable static func tallies(_ rows: Rows) throws -> [LineTally] {
        try rows.map { row in
            let (batch, stateText, lineText, count, amount) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int32.self,
                Int64?.self
            )
            guard let state = BatchState(rawValue: stateText),
                let line = InstructionState(rawValue: lineText)
            else { throw PostgresError.decoding("unknown state") }
            return LineTally(
                batch: batch,
                status: PaymentStatus(of: line, in: state),
                count: Int(count),
                amount: amount
            )
        }
    }
}
