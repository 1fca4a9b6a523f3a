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
    }

    // A bank file with more lines than this is a second file.
    private static let mostLines = 10_000

    /// Holds the waiting redemptions of a coin, oldest first.
    static func lockRequested(
        _ coin: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> [(id: UUID, amount: Int64)] {
        try connection.query(
            """
            SELECT id, amount FROM merchant.redemption
             WHERE community_id = \(community) AND coin = \(coin) AND state = 'requested'
             ORDER BY id LIMIT \(mostLines) FOR NO KEY UPDATE
            """
        ).map { row in
            let (id, amount) = try row.decode(UUID.self, Int64.self)
            return (id, amount)
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

    static func lock(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> (state: SettlementState, coin: String, total: Int64)? {
        try connection.query(
            """
            SELECT state, coin, total FROM merchant.settlement
             WHERE community_id = \(community) AND id = \(id) FOR NO KEY UPDATE
            """
        ).first.map { row in
            let (state, coin, total) = try row.decode(String.self, String.self, Int64.self)
            guard let state = SettlementState(rawValue: state) else {
                throw PostgresError.decoding("unknown settlement state")
            }
            return (state, coin, total)
        }
    }

    /// Settles the settlement and its redemptions; false when the bank reference was used before.
    static func markSettled(
        _ act: ConfirmSettlement,
        bankReference: String,
        _ connection: Connection
    ) throws -> Bool {
        do {
            try connection.savepoint {
                _ = try connection.execute(
                    """
                    UPDATE merchant.settlement
                       SET state = 'settled', settled_at = \(Timestamp(act.now)),
                           bank_reference = \(bankReference)
                     WHERE community_id = \(act.community) AND id = \(act.id)
                    """
                )
            }
        } catch let error as PostgresError
            where error.violates("settlement_bank_reference_unique")
        {
            return false
        }
        _ = try connection.execute(
            """
            UPDATE merchant.redemption
               SET state = 'settled', settled_at = \(Timestamp(act.now))
             WHERE community_id = \(act.community) AND settlement_id = \(act.id)
            """
        )
        return true
    }

    static func order(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Order? {
        try connection.query(
            """
            SELECT message_id, created_at, execution_date, debtor_name, debtor_iban
              FROM merchant.settlement WHERE community_id = \(community) AND id = \(id)
            """
        ).first.map { row in
            let (messageID, createdAt, day, name, iban) = try row.decode(
                String.self,
                Timestamp.self,
                Day.self,
                String.self,
                String.self
            )
            return Order(
                messageID: messageID,
                createdAt: createdAt,
                executionDay: day,
                debtorName: name,
                debtorIBAN: try stored(iban)
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
            SELECT end_to_end_id, amount, creditor_name, creditor_iban FROM merchant.redemption
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

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        SELECT id, coin, state, count, total, message_id, created_at, settled_at
          FROM merchant.settlement WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func list(_ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        SELECT id, coin, state, count, total, message_id, created_at, settled_at
          FROM merchant.settlement
         WHERE community_id = \(community) AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func settlements(_ rows: Rows) throws -> [Settlement] {
        try rows.map { row in
            let (id, coin, state, count, total, messageID, createdAt, settledAt) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int32.self,
                Int64.self,
                String.self,
                Timestamp.self,
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
                total: EuroAmount(cents: total),
                messageId: messageID,
                createdAt: Instant(createdAt),
                settledAt: settledAt.map { Instant($0) }
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
