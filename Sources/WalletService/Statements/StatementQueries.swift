import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Where a page begins in one pot.
struct PotStart: Sendable {
    let id: UUID
    let coin: CoinDigits
    /// The newest posting that the page may show: its moment and number; `nil` when there is none.
    let postedAt: Timestamp?
    let seq: Int64?
    /// Posted after that posting, in minor units.
    let balance: Int64
}

/// One posting on a pot, with its transfer.
struct PotPosting: Sendable {
    let pot: UUID
    let seq: Int64
    let amount: Int64
    let balanceAfter: Int64
    let postedAt: Instant
    let transfer: UUID
    let kind: String
    let reference: String?
    /// All accounts that the transfer touches.
    let accounts: [UUID]
    /// The other person or the programme; `nil` for merchants.
    let counterparty: String?

    var isWithMerchant: Bool { kind == "payment" || kind == "refund" }

    var cursor: StatementCursor { StatementCursor(postedAt: postedAt, pot: pot, seq: seq) }
}

/// The SQL of statements.
enum StatementQueries {
    /// Where the page begins in each pot: at its newest posting before the cursor, or before a
    /// moment, or at its newest of all; one look-up in the primary key each.
    static func starts(
        in wallet: UUID,
        community: UUID,
        coin: String?,
        cursor: StatementCursor?,
        untilAt: Instant?
    ) -> SQL {
        // No pot has the smallest id, so that with it only the moment counts.
        let bound = (cursor?.postedAt ?? untilAt).map { Timestamp($0) }
        let boundPot = cursor?.pot ?? Caller.noCommunity
        return """
            SELECT p.id, p.coin, c.digits, l.posted_at, l.seq, coalesce(l.balance_after, 0)
              FROM wallet.pot p
              JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
             CROSS JOIN LATERAL (
                    SELECT coalesce(\(bound), 'infinity') AS at,
                           CASE WHEN \(bound) IS NULL OR p.id < \(boundPot)
                                THEN 9223372036854775807
                                WHEN p.id = \(boundPot) THEN \((cursor?.seq ?? 0) - 1)
                                ELSE 0 END AS seq) AS b
              LEFT JOIN LATERAL (
                    SELECT posted_at, seq, balance_after FROM ledger.posting
                     WHERE community_id = \(community) AND account_id = p.id
                       AND posted_at <= b.at AND (posted_at, seq) <= (b.at, b.seq)
                     ORDER BY posted_at DESC, seq DESC LIMIT 1) AS l ON true
             WHERE p.community_id = \(community) AND p.wallet_id = \(wallet)
               AND (\(coin) IS NULL OR p.coin = \(coin))
            """
    }

    static func starts(_ rows: Rows) throws -> [PotStart] {
        try rows.map { row in
            let (id, coin, digits, postedAt, seq, balance) = try row.decode(
                UUID.self,
                String.self,
                Int16.self,
                Timestamp?.self,
                Int64?.self,
                Int64.self
            )
            return PotStart(
                id: id,
                coin: CoinDigits(code: coin, digits: Int(digits)),
                postedAt: postedAt,
                seq: seq,
                balance: balance
            )
        }
    }

    /// Up to `limit + 1` postings from the starts backwards, newest first. Each pot gives at most
    /// as many, read along its primary key.
    static func postings(
        of pots: [PotStart],
        wallet: UUID,
        community: UUID,
        fromAt: Instant?,
        limit: Int
    ) -> SQL {
        """
        SELECT l.account_id, l.seq, l.amount, l.balance_after, l.posted_at, l.transfer_id, t.kind,
               t.reference, t.accounts,
               CASE t.kind
                   WHEN 'transfer' THEN (
                       SELECT o.name
                         FROM unnest(t.accounts) AS x (account)
                         JOIN wallet.pot q
                           ON q.community_id = \(community) AND q.id = x.account
                         JOIN wallet.wallet w
                           ON w.community_id = q.community_id AND w.id = q.wallet_id
                         JOIN accounts.party o
                           ON o.community_id = w.community_id AND o.id = w.party_id
                        WHERE w.id <> \(wallet) LIMIT 1)
                   WHEN 'disbursement' THEN e.name
                   WHEN 'landing' THEN e.name
               END
          FROM (SELECT p.*
                  FROM unnest(\(pots.map(\.id)), \(pots.map(\.postedAt)), \(pots.map(\.seq)))
                       AS s (id, at, seq)
                 CROSS JOIN LATERAL (
                        SELECT account_id, seq, amount, balance_after, posted_at, transfer_id
                          FROM ledger.posting
                         WHERE community_id = \(community) AND account_id = s.id
                           AND posted_at <= s.at AND (posted_at, seq) <= (s.at, s.seq)
                         ORDER BY posted_at DESC, seq DESC LIMIT \(limit + 1)) AS p
                 WHERE \(fromAt.map { Timestamp($0) }) IS NULL
                    OR p.posted_at >= \(fromAt.map { Timestamp($0) })
                 ORDER BY p.posted_at DESC, p.account_id DESC, p.seq DESC
                 LIMIT \(limit + 1)) AS l
          JOIN ledger.transfer t ON t.community_id = \(community) AND t.id = l.transfer_id
          LEFT JOIN wallet.pot o ON o.community_id = \(community) AND o.id = l.account_id
          LEFT JOIN disbursement.programme e
            ON e.community_id = o.community_id AND e.id = o.programme_id
         ORDER BY l.posted_at DESC, l.account_id DESC, l.seq DESC
        """
    }

    static func postings(_ rows: Rows) throws -> [PotPosting] {
        try rows.map { row in
            let (
                pot, seq, amount, after, postedAt, transfer, kind, reference, accounts, name
            ) = try row.decode(
                UUID.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Timestamp.self,
                UUID.self,
                String.self,
                String?.self,
                [UUID].self,
                String?.self
            )
            return PotPosting(
                pot: pot,
                seq: seq,
                amount: amount,
                balanceAfter: after,
                postedAt: Instant(postedAt),
                transfer: transfer,
                kind: kind,
                reference: reference,
                accounts: accounts,
                counterparty: name
            )
        }
    }

    static func merchants(withAccounts accounts: [UUID], community: UUID) -> SQL {
        """
        SELECT account_id, name FROM merchant.merchant
         WHERE community_id = \(community) AND account_id = ANY (\(accounts))
        """
    }

    static func merchants(_ rows: Rows) throws -> [UUID: String] {
        try rows.reduce(into: [:]) { names, row in
            let (account, name) = try row.decode(UUID.self, String.self)
            names[account] = name
        }
    }
}
