import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A line that somebody wants to recall.
struct RecallableLine: Sendable {
    let nr: Int32
    /// `nil` when the batch has no such line.
    let state: InstructionState?
    /// The transfer that credited it.
    let grant: UUID?
    /// Whose wallet it was credited to.
    let person: UUID?
    /// What could be taken back now, in minor units.
    let left: Int64
    /// Whether a recall of the grant is open.
    let isBeingRecalled: Bool

    /// Why it cannot be recalled; `nil` when it can.
    var obstacle: UnrecalledReason? {
        if state == nil { return .unknownLine }
        if state != .credited { return .notCredited }
        if grant == nil || person == nil { return .notAGrant }
        if isBeingRecalled { return .beingRecalled }
        return left > 0 ? nil : .nothingLeft
    }

    /// The recall to announce, when there can be one.
    func recall(id: () -> UUID) -> NewRecall? {
        guard obstacle == nil, let grant, let person else { return nil }
        return NewRecall(id: id(), grant: grant, person: person)
    }
}

/// The lines of a batch and their grants.
enum LineRecallQueries {
    /// The programme that pays the batch, and its coin. Throws 404 without such a batch.
    static func programme(
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> (id: UUID, coin: String) {
        let found = try connection.query(
            """
            SELECT p.id, p.coin FROM disbursement.batch b
              JOIN disbursement.programme p
                ON p.community_id = b.community_id AND p.id = b.programme_id
             WHERE b.community_id = \(community) AND b.id = \(batch) AND b.state <> 'receiving'
            """
        ).first?.decode(UUID.self, String.self)
        guard let (id, coin) = found else { throw Problem.notFound("batch") }
        return (id, coin)
    }

    /// Each of these lines, whether it is there or not, in the order of the file. What is left is asked
    /// once for each person: it is a walk over the pots, whatever the number of grants in them.
    static func lines(
        _ numbers: [Int32],
        of batch: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [RecallableLine] {
        try connection.query(
            """
            WITH asked AS MATERIALIZED (
                SELECT n.nr, l.state, l.grant_id, l.party_id
                  FROM unnest(\(numbers)) AS n (nr)
                  LEFT JOIN LATERAL (
                       SELECT i.state, \(rawSQL: InstructionQueries.grant) AS grant_id, w.party_id
                         FROM disbursement.line i
                         LEFT JOIN wallet.wallet w
                           ON w.community_id = i.community_id AND w.id = i.wallet_id
                        WHERE i.community_id = \(community) AND i.batch_id = \(batch)
                          AND i.nr = n.nr OFFSET 0) AS l ON true
            ), granted AS MATERIALIZED (
                SELECT g.id, g.left_over
                  FROM (SELECT DISTINCT party_id FROM asked WHERE grant_id IS NOT NULL) AS p
                 CROSS JOIN LATERAL disbursement.grants(\(community), p.party_id, NULL) AS g
            )
            SELECT a.nr, a.state, g.id, a.party_id, coalesce(g.left_over, 0),
                   EXISTS (SELECT FROM disbursement.recall r
                            WHERE r.community_id = \(community) AND r.grant_id = g.id
                              AND r.state IN ('announced', 'objected'))
              FROM asked a
              LEFT JOIN granted g ON g.id = a.grant_id
             ORDER BY a.nr
            """
        ).map { row in
            let (nr, stateText, grant, person, left, isBeingRecalled) = try row.decode(
                Int32.self,
                String?.self,
                UUID?.self,
                UUID?.self,
                Int64.self,
                Bool.self
            )
            let state = try stateText.map { text in
                guard let state = InstructionState(rawValue: text) else {
                    throw PostgresError.decoding("unknown instruction state")
                }
                return state
            }
            return RecallableLine(
                nr: nr,
                state: state,
                grant: grant,
                person: person,
                left: left,
                isBeingRecalled: isBeingRecalled
            )
        }
    }
}
