import FoundationEssentials
import Postgres

/// What left programmes against the lines and standing instructions that say so.
///
/// The service that pays may propose such transfers, and the ledger knows no lines: here it is noticed
/// when that service paid what nobody approved.
enum ProgrammePayments {
    /// Lanes of the chain that have such payments: of the service that alone may propose them.
    static let lanes = "wijkmunt_disbursement/"
    /// Where everything is that was posted before there was a chain.
    static let firstLane = "before"
}

extension CommunityAudit {
    /// So many transfers at once, or one link.
    private static let transfersAtOnce = 20_000

    /// Goes through the chain of the service that pays, some links at a time: memory does not grow with
    /// their number.
    mutating func auditProgrammePayments() throws {
        var lane = ""
        var nr: Int64 = 0
        while true {
            let links = try connection.query(
                """
                SELECT lane, nr, id
                  FROM (SELECT lane, nr, id, transfers,
                               sum(transfers) OVER (ORDER BY lane, nr) AS total
                          FROM (SELECT lane, nr, id, transfers FROM ledger.batch
                                 WHERE community_id = \(community)
                                   AND (lane = \(ProgrammePayments.firstLane)
                                        OR starts_with(lane, \(ProgrammePayments.lanes)))
                                   AND (lane, nr) > (\(lane), \(nr))
                                 ORDER BY lane, nr LIMIT 1000) AS next) AS run
                 WHERE total - transfers < \(Self.transfersAtOnce)
                 ORDER BY lane, nr
                """
            ).map { try $0.decode(String.self, Int64.self, Int64.self) }
            guard let last = links.last else { return }
            try addDrifts(
                """
                SELECT 'programme-payment', transfer_id::text, expected, found
                  FROM disbursement.unfounded(\(community), \(links.map(\.2)))
                """
            )
            (lane, nr) = (last.0, last.1)
        }
    }
}

extension WatchQueries {
    /// The same for links of one lane.
    func unfoundedPayments(
        in links: [WatchedLink],
        of lane: WatchedLane
    ) throws -> [AuditReport.Drift] {
        guard lane.lane.hasPrefix(ProgrammePayments.lanes) else { return [] }
        return try drifts(
            """
            SELECT \(lane.community)::text, 'programme-payment', transfer_id::text, expected, found
              FROM disbursement.unfounded(\(lane.community), \(links.map(\.batch)))
            """
        )
    }
}
