import Domain
import FoundationEssentials
import Postgres

/// A line that waited, and the wallet that it finds now.
struct WaitingLine: ReservedLine, Sendable {
    let batch: UUID
    let nr: Int32
    let id: UUID
    let amount: Int64
    let remittance: String?
    let wallet: UUID
}

/// Finding whose coins can land, and recording that they did.
enum ReservedCreditQueries {
    /// Communities and programmes with at least one line that can land.
    static let programmesWithLandings: SQL = """
        SELECT DISTINCT i.community_id, b.programme_id
          FROM disbursement.instruction i
          JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
         CROSS JOIN LATERAL \(rawSQL: CreditorQueries.wallet) AS c
         WHERE i.state = 'waiting'
        """

    /// Lines that another instance has in hand are left out.
    static func lockLandings(
        at place: ReservedPlace,
        after cursor: UUID?,
        limit: Int,
        _ connection: Connection
    ) throws -> [WaitingLine] {
        try connection.query(
            """
            SELECT i.batch_id, i.nr, i.id, i.amount, i.remittance, c.id
              FROM disbursement.instruction i
              JOIN disbursement.batch b ON b.community_id = i.community_id AND b.id = i.batch_id
             CROSS JOIN LATERAL \(rawSQL: CreditorQueries.wallet) AS c
             WHERE i.state = 'waiting' AND i.community_id = \(place.community)
               AND b.programme_id = \(place.programme)
               AND i.id > coalesce(\(cursor), '00000000-0000-0000-0000-000000000000'::uuid)
             ORDER BY i.id LIMIT \(limit)
               FOR UPDATE OF i SKIP LOCKED
            """
        ).map { row in
            let (batch, nr, id, amount, remittance, wallet) = try row.decode(
                UUID.self,
                Int32.self,
                UUID.self,
                Int64.self,
                String?.self,
                UUID.self
            )
            return WaitingLine(
                batch: batch,
                nr: nr,
                id: id,
                amount: amount,
                remittance: remittance,
                wallet: wallet
            )
        }
    }

    /// Lines whose landing is posted.
    static func record(
        _ lines: [WaitingLine],
        _ place: ReservedPlace,
        _ connection: Connection
    ) throws {
        guard !lines.isEmpty else { return }
        try connection.execute(
            """
            SELECT disbursement.record_landings(
                \(place.community), \(lines.map(\.batch)), \(lines.map(\.nr)),
                \(lines.map { UUID.reservationEnd(of: $0.id) }))
            """
        )
    }
}
