import API
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// Where a wallet paid last: a coarse cell and a time, forgotten after hours.
struct TravelTrace: Sendable {
    let cell: CoarseCell
    let at: Instant

    /// The trace of a wallet; no row when nothing is remembered. The database leaves one when a
    /// payment under a policy that asks for it is accepted.
    static func find(_ wallet: UUID, _ community: UUID) -> SQL {
        """
        SELECT cell_east, cell_north, paid_at FROM merchant.travel_trace
         WHERE community_id = \(community) AND wallet_id = \(wallet)
        """
    }

    @Sendable static func first(_ rows: Rows) throws -> TravelTrace? {
        try rows.first.map { row in
            let (east, north, at) = try row.decode(Int32.self, Int32.self, Timestamp.self)
            return TravelTrace(
                cell: CoarseCell(east: Int(east), north: Int(north)),
                at: Instant(at)
            )
        }
    }

    /// Forgets traces older than so many hours.
    static func retention(hours: Int) -> RetentionRule {
        RetentionRule("places of earlier payments", hours: hours) { hours, limit in
            """
            WITH gone AS (
                DELETE FROM merchant.travel_trace WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM merchant.travel_trace
                     WHERE paid_at < now() - make_interval(hours => \(hours))
                     LIMIT \(limit)))
                RETURNING 1)
            SELECT count(*) FROM gone
            """
        }
    }
}
