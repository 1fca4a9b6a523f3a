import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// SQL about settlements.
enum SettlementQueries {
    /// What a bank file is written from.
    struct Order: Sendable {
        let messageID: String
        let createdAt: Timestamp
        let executionDay: Day
        let debtorName: String
        let debtorIBAN: IBAN
        let isReleased: Bool
    }

    // A bank file with more lines than this is a second file.
    private static let mostLines = 10_000

    /// Holds the waiting redemptions of a coin, oldest first.
    static func lockRequested(
        _ coin: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [(id: UUID, net: Int64)] {
        try connection.query(
            """
            SELECT id, amount - fee - community_share FROM merchant.redemption
             WHERE community_id = \(community) AND coin = \(coin) AND state = 'requested'
             ORDER BY id LIMIT \(mostLines) FOR NO KEY UPDATE
            """
        ).map { row in
            let (id, net) = try row.decode(UUID.self, Int64.self)
            return (id, net)
        }
    }

    static func insert(
        _ act: CreateSettlement,
        coin: String,
        debtorName: String,
        debtorIBAN: String,
        executionDay: Day,
        total: Int64,
        count: Int,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.settlement (community_id, id, coin, message_id, debtor_name,
                                             debtor_iban, execution_date, total, count,
                                             created_by, created_at)
            VALUES (\(act.community), \(act.id), \(coin), \(act.messageID), \(debtorName),
                    \(debtorIBAN), \(executionDay), \(total), \(Int32(count)), \(act.client),
                    \(Timestamp(act.now)))
            """
        )
    }

    static func assign(
        _ redemptions: [UUID],
        to settlement: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.redemption SET state = 'in-settlement', settlement_id = \(settlement)
             WHERE community_id = \(community) AND id = ANY (\(redemptions))
            """
        )
    }

    /// What the bank file of a settlement is written from; `nil` when unknown.
    static func order(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Order? {
        try connection.query(
            """
            SELECT message_id, created_at, execution_date, debtor_name, debtor_iban,
                   released_at IS NOT NULL AND state <> 'cancelled'
              FROM merchant.settlement WHERE community_id = \(community) AND id = \(id)
            """
        ).first.map { row in
            let (messageID, createdAt, day, name, iban, isReleased) = try row.decode(
                String.self,
                Timestamp.self,
                Day.self,
                String.self,
                String.self,
                Bool.self
            )
            return Order(
                messageID: messageID,
                createdAt: createdAt,
                executionDay: day,
                debtorName: name,
                debtorIBAN: try stored(iban),
                isReleased: isReleased
            )
        }
    }

    static func transfers(
        of settlement: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [SettlementFile.Transfer] {
        try connection.query(
            """
            SELECT end_to_end_id, amount - fee - community_share, creditor_name, creditor_iban
              FROM merchant.redemption
             WHERE community_id = \(community) AND settlement_id = \(settlement) ORDER BY id
            """
        ).map { row in
            let (endToEnd, amount, name, iban) = try row.decode(
                String.self,
                Int64.self,
                String.self,
                String.self
            )
            return SettlementFile.Transfer(
                endToEndID: endToEnd,
                amountMinorUnits: amount,
                creditorName: name,
                creditorIBAN: try stored(iban)
            )
        }
    }

    private static let columns = """
        SELECT s.id, s.coin, s.state, s.count, l.open, l.settled, l.returned, s.total,
               s.message_id, s.created_at, s.released_at, s.settled_at, s.cancelled_at
          FROM merchant.settlement s
         CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE r.state = 'in-settlement') AS open,
                      count(*) FILTER (WHERE r.state = 'settled') AS settled,
                      count(*) FILTER (WHERE r.state = 'returned') AS returned
                 FROM merchant.redemption r
                WHERE r.community_id = s.community_id AND r.settlement_id = s.id) AS l
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community) AND s.id = \(id)
        """
    }

    /// A settlement that is there.
    static func settlement(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Settlement {
        let found = try settlements(connection.query(find(id, community)))
        guard let settlement = found.first else { throw Problem.notFound("settlement") }
        return settlement
    }

    static func list(in state: String?, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE s.community_id = \(community)
           AND (\(state)::text IS NULL OR s.state = \(state))
           AND (\(before)::uuid IS NULL OR s.id < \(before))
         ORDER BY s.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func settlements(_ rows: Rows) throws -> [Settlement] {
        try rows.map { row in
            let (
                id, coin, state, count, open, settled, returned, total, messageID, createdAt,
                releasedAt, settledAt, cancelledAt
            ) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int32.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Int64.self,
                String.self,
                Timestamp.self,
                Timestamp?.self,
                Timestamp?.self,
                Timestamp?.self
            )
            guard let state = SettlementState(rawValue: state) else {
                throw PostgresError.decoding("unknown settlement state")
            }
            return Settlement(
                id: Identifier(id),
                coin: coin,
                state: state,
                count: Int(count),
                openCount: Int(open),
                settledCount: Int(settled),
                returnedCount: Int(returned),
                total: EuroAmount(cents: total),
                messageId: messageID,
                createdAt: Instant(createdAt),
                releasedAt: releasedAt.map { Instant($0) },
                settledAt: settledAt.map { Instant($0) },
                cancelledAt: cancelledAt.map { Instant($0) }
            )
        }
    }

    private static func stored(_ iban: String) throws -> IBAN {
        guard let iban = IBAN(iban) else {
            throw PostgresError.decoding("a stored IBAN is not valid")
        }
        return iban
    }
}
