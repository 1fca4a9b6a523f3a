import API
import FoundationEssentials
import Postgres

/// A payment to a merchant, as far as its settlement is concerned.
struct SettlementLine: Sendable {
    let redemption: UUID
    let endToEndID: String
    /// Euro cents that the bank is told to pay.
    let net: Int64
    var settlement: UUID?
    var state: RedemptionState
    /// The transfer with which its coins were destroyed.
    var settlementTransfer: UUID?
}

/// A settlement that is held until the transaction ends.
struct HeldSettlement: Sendable {
    let id: UUID
    let coin: String
    let messageID: String
    let debtorIBAN: String
    let total: Int64
    let createdBy: UUID
    let releasedBy: UUID?
    var state: SettlementState
}

/// SQL that holds settlements and their lines: always settlements before lines, each by id.
enum SettlementLineQueries {
    /// Holds a settlement; `nil` when unknown.
    static func hold(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> HeldSettlement? {
        try settlements(
            connection.query(
                """
                SELECT id, coin, message_id, debtor_iban, total, created_by, released_by, state
                  FROM merchant.settlement
                 WHERE community_id = \(community) AND id = \(id) FOR NO KEY UPDATE
                """
            )
        ).first
    }

    /// Holds the settlements that have these messages or pay these references.
    static func hold(
        messages: [String],
        references: [String],
        _ community: UUID,
        _ connection: Connection
    ) throws -> [HeldSettlement] {
        try settlements(
            connection.query(
                """
                SELECT s.id, s.coin, s.message_id, s.debtor_iban, s.total, s.created_by,
                       s.released_by, s.state
                  FROM merchant.settlement s
                 WHERE s.community_id = \(community) AND s.id IN (
                       SELECT k.id FROM merchant.settlement k
                        WHERE k.community_id = \(community) AND k.message_id = ANY (\(messages))
                        UNION ALL
                       SELECT r.settlement_id FROM merchant.redemption r
                        WHERE r.community_id = \(community)
                          AND r.end_to_end_id = ANY (\(references)))
                 ORDER BY s.id FOR NO KEY UPDATE
                """
            )
        )
    }

    /// Holds the lines of settlements, and others with these references.
    static func holdLines(
        of settlements: [UUID],
        references: [String],
        _ community: UUID,
        _ connection: Connection
    ) throws -> [SettlementLine] {
        try connection.query(
            """
            SELECT id, end_to_end_id, amount - fee - community_share, settlement_id, state,
                   settlement_transfer_id
              FROM merchant.redemption
             WHERE community_id = \(community)
               AND (settlement_id = ANY (\(settlements)) OR end_to_end_id = ANY (\(references)))
             ORDER BY id FOR NO KEY UPDATE
            """
        ).map { row in
            let (id, endToEnd, net, settlement, state, transfer) = try row.decode(
                UUID.self,
                String.self,
                Int64.self,
                UUID?.self,
                String.self,
                UUID?.self
            )
            guard let state = RedemptionState(rawValue: state) else {
                throw PostgresError.decoding("unknown redemption state")
            }
            return SettlementLine(
                redemption: id,
                endToEndID: endToEnd,
                net: net,
                settlement: settlement,
                state: state,
                settlementTransfer: transfer
            )
        }
    }

    private static func settlements(_ rows: Rows) throws -> [HeldSettlement] {
        try rows.map { row in
            let (id, coin, message, debtor, total, createdBy, releasedBy, state) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                String.self,
                Int64.self,
                UUID.self,
                UUID?.self,
                String.self
            )
            guard let state = SettlementState(rawValue: state) else {
                throw PostgresError.decoding("unknown settlement state")
            }
            return HeldSettlement(
                id: id,
                coin: coin,
                messageID: message,
                debtorIBAN: debtor,
                total: total,
                createdBy: createdBy,
                releasedBy: releasedBy,
                state: state
            )
        }
    }
}
