import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL that moves settlements and redemptions on; the database takes only steps forward.
enum SettlementChanges {
    static func release(_ act: ReleaseSettlement, _ connection: Connection) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.settlement
               SET state = 'released', released_by = \(act.client),
                   released_at = \(Timestamp(act.now))
             WHERE community_id = \(act.community) AND id = \(act.id)
            """
        )
    }

    /// Lets the redemptions that are still open wait for another settlement, and ends this one.
    static func cancel(
        _ settlement: UUID,
        by client: UUID,
        at now: Instant,
        reason: String,
        answer: UUID? = nil,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.redemption SET state = 'requested', settlement_id = NULL
             WHERE community_id = \(community) AND settlement_id = \(settlement)
               AND state = 'in-settlement'
            """
        )
        _ = try connection.execute(
            """
            UPDATE merchant.settlement
               SET state = 'cancelled', cancelled_by = \(client),
                   cancelled_at = \(Timestamp(now)), cancellation_reason = \(reason),
                   cancellation_answer_id = \(answer)
             WHERE community_id = \(community) AND id = \(settlement)
            """
        )
    }

    static func markSettled(
        _ redemptions: [UUID],
        by transfer: UUID,
        at now: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.redemption
               SET state = 'settled', settled_at = \(Timestamp(now)),
                   settlement_transfer_id = \(transfer)
             WHERE community_id = \(community) AND id = ANY (\(redemptions))
            """
        )
    }

    static func markReturned(
        _ redemptions: [UUID],
        by transfers: [UUID],
        reasons: [String?],
        at now: Instant,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.redemption r
               SET state = 'returned', returned_at = \(Timestamp(now)),
                   return_transfer_id = b.transfer, return_reason = b.reason
              FROM unnest(\(redemptions), \(transfers), \(reasons)) AS b (id, transfer, reason)
             WHERE r.community_id = \(community) AND r.id = b.id
            """
        )
    }

    /// Ends a settlement of which every line is answered: settled if any was ever paid. The bank's
    /// reference is there when somebody confirmed it; false when that was used before.
    static func closeAnswered(
        _ settlement: UUID,
        at now: Instant,
        bankReference: String? = nil,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        do {
            try connection.savepoint {
                _ = try connection.execute(
                    """
                    UPDATE merchant.settlement s
                       SET state = CASE WHEN l.paid THEN 'settled' ELSE 'rejected' END,
                           settled_at = CASE WHEN l.paid THEN \(Timestamp(now)) END,
                           bank_reference = \(bankReference)
                      FROM (SELECT coalesce(bool_or(r.settled_at IS NOT NULL), false) AS paid,
                                   coalesce(bool_or(r.state = 'in-settlement'), false) AS open
                              FROM merchant.redemption r
                             WHERE r.community_id = \(community)
                               AND r.settlement_id = \(settlement)) AS l
                     WHERE s.community_id = \(community) AND s.id = \(settlement)
                       AND s.state = 'released' AND NOT l.open
                    """
                )
            }
            return true
        } catch let error as PostgresError
            where error.violates("settlement_bank_reference_unique")
        {
            return false
        }
    }
}
