import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about redemptions.
enum RedemptionQueries {
    static func insert(
        _ act: RequestRedemption,
        merchant: UUID,
        coin: String,
        amount: Int64,
        creditor: String,
        iban: String,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.redemption (community_id, id, merchant_id, coin, amount,
                                             end_to_end_id, creditor_name, creditor_iban,
                                             requested_by, requested_at)
            VALUES (\(act.community), \(act.id), \(merchant), \(coin), \(amount),
                    \(act.endToEndID), \(creditor), \(iban), \(act.caller.client),
                    \(Timestamp(act.now)))
            """
        )
    }

    private static let columns = """
        SELECT r.id, r.merchant_id, r.coin, c.digits, r.amount, r.state, r.end_to_end_id,
               r.requested_at, r.settled_at
          FROM merchant.redemption r
          JOIN accounts.coin c ON c.community_id = r.community_id AND c.code = r.coin
        """

    /// Who settles sees all; a merchant their own.
    static func find(_ id: UUID, _ community: UUID, visibleTo caller: Caller) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community) AND r.id = \(id)
           AND (\(caller.may(.settlementsRead)) OR r.merchant_id = \(caller.party))
        """
    }

    static func list(
        _ community: UUID,
        visibleTo caller: Caller,
        merchant: UUID?,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community)
           AND (\(caller.may(.settlementsRead)) OR r.merchant_id = \(caller.party))
           AND (\(merchant)::uuid IS NULL OR r.merchant_id = \(merchant))
           AND (\(before)::uuid IS NULL OR r.id < \(before))
         ORDER BY r.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func redemptions(_ rows: Rows) throws -> [Redemption] {
        try rows.map { row in
            let (id, merchant, coin, digits, amount, state, endToEnd, requestedAt, settledAt) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    String.self,
                    Int16.self,
                    Int64.self,
                    String.self,
                    String.self,
                    Timestamp.self,
                    Timestamp?.self
                )
            guard let state = RedemptionState(rawValue: state) else {
                throw PostgresError.decoding("unknown redemption state")
            }
            return Redemption(
                id: Identifier(id),
                merchantId: Identifier(merchant),
                amount: Amount(minorUnits: amount, coin: coin, digits: Int(digits)),
                euro: EuroAmount(cents: amount),
                state: state,
                endToEndId: endToEnd,
                requestedAt: Instant(requestedAt),
                settledAt: settledAt.map { Instant($0) }
            )
        }
    }
}
