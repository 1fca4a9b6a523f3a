import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Reading batches. One that is still being received is seen by nobody.
enum BatchQueries {
    /// What decides about a batch.
    struct Standing: Sendable {
        let state: BatchState
        let programme: UUID
        let submittedBy: UUID
        let approvalsNeeded: Int
        /// Where what it may still pay stands; `nil` before the first approval that counts.
        let commitmentAccount: UUID?
        /// What its acceptable lines sum up to, in minor units; capped beyond any amount of money.
        let owed: Int64
    }

    private static let columns = """
        b.id, b.programme_id, p.coin, k.digits, b.state, b.message_id, b.message_type,
        b.file_name, b.content_hash, b.count, b.total, n.payable,
        f.kept + b.omitted_findings, n.counts,
        b.submitted_by, b.submitted_at, b.approvals_needed, v.approvers, v.moments,
        b.executes_on::text, b.approved_by, b.approved_at, b.done_at, b.released_at,
        b.repeats_batch_id
        """
    private static let joins = """
        JOIN disbursement.programme p
          ON p.community_id = b.community_id AND p.id = b.programme_id
        JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
        CROSS JOIN LATERAL (
            SELECT count(*) AS kept FROM disbursement.finding
             WHERE community_id = b.community_id AND batch_id = b.id) AS f
        CROSS JOIN LATERAL (
            SELECT array_agg(s.count ORDER BY s.place) AS counts,
                   least(coalesce(sum(s.amount) FILTER (
                       WHERE s.state NOT IN ('refused', 'dropped')), 0),
                       \(Money.largest + 1))::bigint AS payable
              FROM (SELECT k.state, k.place, coalesce(t.count, 0) AS count, t.amount
                      FROM unnest('{acceptable,parked,dropped,refused,credited,waiting,failed,'
                                  'returned}'::text[]) WITH ORDINALITY AS k (state, place)
                      LEFT JOIN disbursement.batch_tally t
                        ON t.community_id = b.community_id AND t.batch_id = b.id
                       AND t.state = k.state) AS s) AS n
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(approved_by ORDER BY approved_at, approved_by), '{}')
                       AS approvers,
                   coalesce(array_agg(approved_at ORDER BY approved_at, approved_by), '{}')
                       AS moments
              FROM disbursement.batch_approval
             WHERE community_id = b.community_id AND batch_id = b.id) AS v
        """

    static func one(_ id: UUID, community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM disbursement.batch b \(rawSQL: joins)
         WHERE b.community_id = \(community) AND b.id = \(id) AND b.state <> 'receiving'
        """
    }

    static func list(
        programme: UUID?,
        in state: String?,
        community: UUID,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM (SELECT * FROM disbursement.batch
                 WHERE community_id = \(community) AND state <> 'receiving'
                   AND programme_id = coalesce(\(programme), programme_id)
                   AND state = coalesce(\(state), state)
                   AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                 ORDER BY id DESC LIMIT \(limit + 1)) AS b
          \(rawSQL: joins)
         ORDER BY b.id DESC
        """
    }

    /// What decides about a batch, locked until the transaction ends. Throws 404 when it is not there.
    static func lockStanding(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Standing {
        let locked = try connection.query(
            """
            SELECT state, programme_id, submitted_by, approvals_needed, commitment_account_id
              FROM disbursement.batch
             WHERE community_id = \(community) AND id = \(id) AND state <> 'receiving'
               FOR UPDATE
            """
        ).first?.decode(String.self, UUID.self, UUID.self, Int16.self, UUID?.self)
        guard let (stateText, programme, submittedBy, needed, account) = locked
        else { throw Problem.notFound("batch") }
        // Read behind the lock: lines of a batch change only under it.
        let owed: Int64 = try connection.query(
            """
            SELECT least(amount, \(Money.largest + 1))::bigint FROM disbursement.batch_tally
             WHERE community_id = \(community) AND batch_id = \(id) AND state = 'acceptable'
            """
        ).one().decode(Int64.self)
        return Standing(
            state: try state(stateText),
            programme: programme,
            submittedBy: submittedBy,
            approvalsNeeded: Int(needed),
            commitmentAccount: account,
            owed: owed
        )
    }

    /// The batch is locked, and nothing is set apart for it any more when the transaction ends.
    static func cancel(
        _ id: UUID,
        community: UUID,
        by client: UUID,
        because reason: String,
        at moment: Instant
    ) -> SQL {
        """
        UPDATE disbursement.batch
           SET state = 'cancelled', cancelled_by = \(client),
               cancelled_at = \(Timestamp(moment)), cancellation_reason = \(reason)
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    /// A batch as a change has left it; whoever follows it is told.
    static func changed(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Batch {
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(id))")
        return try decode(connection.query(one(id, community: community)).one())
    }

    @Sendable static func decode(_ row: Row) throws -> Batch {
        let (
            id, programme, code, digits, state, messageID, messageType, fileName, hash, count,
            total, payable, findings, counts, submittedBy, submittedAt, needed, approvers,
            moments, executesOn, approvedBy, approvedAt, doneAt, releasedAt, repeats
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
            Int64.self,
            Int.self,
            [Int32].self,
            UUID.self,
            Timestamp.self,
            Int16.self,
            [UUID].self,
            [Timestamp].self,
            String?.self,
            UUID?.self,
            Timestamp?.self,
            Timestamp?.self,
            Timestamp?.self,
            UUID?.self
        )
        let coin = CoinDigits(code: code, digits: digits)
        // Of a file that could not be read nothing is known; a larger sum is no amount of money.
        let isTotalKnown = count > 0 && total <= Money.largest
        return Batch(
            id: Identifier(id),
            programmeId: Identifier(programme),
            state: try self.state(state),
            messageId: messageID,
            messageType: messageType,
            fileName: fileName,
            sha256: hexadecimal(hash),
            count: count,
            total: isTotalKnown ? coin.amount(total) : nil,
            payable: isTotalKnown && payable <= Money.largest ? coin.amount(payable) : nil,
            counts: try self.counts(counts.map(Int.init)),
            findingCount: findings,
            submittedBy: Identifier(submittedBy),
            submittedAt: Instant(submittedAt),
            approvalsNeeded: Int(needed),
            approvals: zip(approvers, moments).map { approver, moment in
                Approver(approvedBy: Identifier(approver), approvedAt: Instant(moment))
            },
            executesOn: executesOn,
            approvedBy: approvedBy.map(Identifier.init),
            approvedAt: approvedAt.map { Instant($0) },
            doneAt: doneAt.map { Instant($0) },
            releasedAt: releasedAt.map { Instant($0) },
            repeatsBatchId: repeats.map(Identifier.init)
        )
    }

    /// In the order of the query.
    private static func counts(_ counts: [Int]) throws -> BatchCounts {
        guard counts.count == 8 else { throw PostgresError.decoding("not a count per state") }
        return BatchCounts(
            acceptable: counts[0],
            parked: counts[1],
            dropped: counts[2],
            refused: counts[3],
            credited: counts[4],
            waiting: counts[5],
            failed: counts[6],
            returned: counts[7]
        )
    }

    static func state(_ text: String) throws -> BatchState {
        guard let state = BatchState(rawValue: text) else {
            throw PostgresError.decoding("unknown batch state")
        }
        return state
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
