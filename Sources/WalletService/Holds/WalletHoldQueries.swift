import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of coins that are kept for shops.
enum WalletHoldQueries {
    /// Newest first. What ran out has expired, whether or not a worker came by already.
    static func page(
        of wallet: UUID,
        community: UUID,
        state: String?,
        before: UUID?,
        at now: Instant,
        limit: Int
    ) -> SQL {
        """
        SELECT h.payment_id, h.now_state, c.code, c.digits, h.amount, h.captured, m.name,
               h.placed_at, h.expires_at,
               CASE WHEN h.now_state <> 'held' THEN coalesce(h.ended_at, h.expires_at) END
          FROM (SELECT k.community_id, k.payment_id, k.wallet_id, k.amount, k.captured,
                       k.placed_at, k.expires_at, k.ended_at,
                       CASE WHEN k.state = 'held' AND k.expires_at <= \(Timestamp(now))
                            THEN 'expired' ELSE k.state END AS now_state
                  FROM merchant.hold k) AS h
          JOIN ledger.hold l ON l.community_id = h.community_id AND l.id = h.payment_id
          JOIN accounts.coin c ON c.community_id = l.community_id AND c.code = l.coin
          LEFT JOIN merchant.merchant m
            ON m.community_id = l.community_id AND m.account_id = l.payee_account_id
         WHERE h.community_id = \(community) AND h.wallet_id = \(wallet)
           AND (\(state)::text IS NULL OR h.now_state = \(state))
           AND (\(before)::uuid IS NULL OR h.payment_id < \(before))
         ORDER BY h.payment_id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func holds(_ rows: Rows) throws -> [WalletHold] {
        try rows.map { row in
            let (
                payment, state, code, digits, amount, captured, name, placedAt, expiresAt, endedAt
            ) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int16.self,
                Int64.self,
                Int64.self,
                String?.self,
                Timestamp.self,
                Timestamp.self,
                Timestamp?.self
            )
            guard let state = HoldState(rawValue: state) else {
                throw PostgresError.decoding("a hold of no known state")
            }
            let coin = CoinDigits(code: code, digits: Int(digits))
            return WalletHold(
                paymentId: Identifier(payment),
                state: state,
                amount: coin.amount(amount),
                capturedAmount: coin.amount(captured),
                openAmount: coin.amount(state == .held ? amount - captured : 0),
                counterparty: Counterparty(name: name),
                placedAt: Instant(placedAt),
                expiresAt: Instant(expiresAt),
                endedAt: endedAt.map { Instant($0) }
            )
        }
    }
}
