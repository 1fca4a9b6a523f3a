import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Reading batches. One that is still being received is seen by nobody.
enum BatchQueries {
    /// What decides about a batch.
    struct Standing: Sendable {
        let state: String
        let programme: UUID
        let submittedBy: UUID
        let total: Int64
    }

    private static let columns = """
        b.id, b.programme_id, p.coin, k.digits, b.state, b.message_id, b.message_type,
        b.file_name, b.content_hash, b.count, b.total, f.kept + b.omitted_findings,
        n.acceptable, n.refused, n.credited, n.waiting, n.failed, n.returned,
        b.submitted_by, b.submitted_at, b.approved_by, b.approved_at, b.done_at
        """
    private static let joins = """
        JOIN disbursement.programme p
          ON p.community_id = b.community_id AND p.id = b.programme_id
        JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
        CROSS JOIN LATERAL (
            SELECT count(*) AS kept FROM disbursement.finding
             WHERE community_id = b.community_id AND batch_id = b.id) AS f
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE state = 'acceptable') AS acceptable,
                   count(*) FILTER (WHERE state = 'refused') AS refused,
                   count(*) FILTER (WHERE state = 'credited') AS credited,
                   count(*) FILTER (WHERE state = 'waiting') AS waiting,
                   count(*) FILTER (WHERE state = 'failed') AS failed,
                   count(*) FILTER (WHERE state = 'returned') AS returned
              FROM disbursement.instruction
             WHERE community_id = b.community_id AND batch_id = b.id) AS n
        """

    static func one(_ id: UUID, community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM disbursement.batch b \(rawSQL: joins)
         WHERE b.community_id = \(community) AND b.id = \(id) AND b.state <> 'receiving'
        """
    }

    static func list(
        programme: UUID?,
        community: UUID,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM (SELECT * FROM disbursement.batch
                 WHERE community_id = \(community) AND state <> 'receiving'
                   AND programme_id = coalesce(\(programme), programme_id)
                   AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                 ORDER BY id DESC LIMIT \(limit + 1)) AS b
          \(rawSQL: joins)
         ORDER BY b.id DESC
        """
    }

    static func standing(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Standing? {
        try connection.query(
            """
            SELECT state, programme_id, submitted_by, total FROM disbursement.batch
             WHERE community_id = \(community) AND id = \(id) AND state <> 'receiving'
            """
        ).first.map(decodeStanding)
    }

    /// The same, locked until the transaction ends.
    static func lockStanding(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Standing? {
        try connection.query(
            """
            SELECT state, programme_id, submitted_by, total FROM disbursement.batch
             WHERE community_id = \(community) AND id = \(id) AND state <> 'receiving'
               FOR UPDATE
            """
        ).first.map(decodeStanding)
    }

    private static func decodeStanding(_ row: Row) throws -> Standing {
        let (state, programme, submittedBy, total) = try row.decode(
            String.self,
            UUID.self,
            UUID.self,
            Int64.self
        )
        return Standing(
            state: state,
            programme: programme,
            submittedBy: submittedBy,
            total: total
        )
    }

    @Sendable static func decode(_ row: Row) throws -> Batch {
        let (
            id, programme, code, digits, state, messageID, messageType, fileName, hash, count,
            total, findings, acceptable, refused, credited, waiting, failed, returned,
            submittedBy, submittedAt, approvedBy, approvedAt, doneAt
        ) = try row.decode(
            UUID.self,
            UUID.self,
            String.self,
            Int.self,
            String.self,
            String?.self,
            String?.self,
            String?.self,
            [UInt8].self,
            Int.self,
            Int64.self,
            Int.self,
            Int.self,
            Int.self,
            Int.self,
            Int.self,
            Int.self,
            Int.self,
            UUID.self,
            Timestamp.self,
            UUID?.self,
            Timestamp?.self,
            Timestamp?.self
        )
        let counts = BatchCounts(
            acceptable: acceptable,
            refused: refused,
            credited: credited,
            waiting: waiting,
            failed: failed,
            returned: returned
        )
        let coin = CoinDigits(code: code, digits: digits)
        // Of a file that could not be read nothing is known; a larger sum is no amount of money.
        let isTotalKnown = count > 0 && total <= Money.largest
        return Batch(
            id: Identifier(id),
            programmeId: Identifier(programme),
            state: try self.state(state, counts),
            messageId: messageID,
            messageType: messageType,
            fileName: fileName,
            sha256: hexadecimal(hash),
            count: count,
            total: isTotalKnown ? coin.amount(total) : nil,
            counts: counts,
            findingCount: findings,
            submittedBy: Identifier(submittedBy),
            submittedAt: Instant(submittedAt),
            approvedBy: approvedBy.map(Identifier.init),
            approvedAt: approvedAt.map { Instant($0) },
            doneAt: doneAt.map { Instant($0) }
        )
    }

    /// An approved batch is executing as soon as a line has its outcome.
    private static func state(_ text: String, _ counts: BatchCounts) throws -> BatchState {
        guard let state = BatchState(rawValue: text) else {
            throw PostgresError.decoding("unknown batch state")
        }
        let settled = counts.credited + counts.waiting + counts.failed + counts.returned
        return state == .approved && settled > 0 ? .executing : state
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
