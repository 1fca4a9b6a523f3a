import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about closings.
enum ClosingQueries {
    /// Long enough to add up years once, in milliseconds.
    static let patience = "SET LOCAL statement_timeout = 600000"

    // A closing's lines come with it, as arrays: they are few, and never change.
    private static let columns = """
        SELECT k.id, k.shop_id, k.nr, k.from_at, k.made_at, k.mandate_id, k.coin, c.digits,
               ARRAY[k.opening, k.takings, k.refunds, k.redemptions, k.others, k.closing,
                     k.account_balance],
               ARRAY[k.takings_count, k.refunds_count, k.redemptions_count, k.others_count,
                     k.until_seq],
               ARRAY(SELECT l.terminal_id FROM merchant.closing_line l
                      WHERE l.community_id = k.community_id AND l.closing_id = k.id
                      ORDER BY l.nr),
               ARRAY(SELECT l.cashier_id FROM merchant.closing_line l
                      WHERE l.community_id = k.community_id AND l.closing_id = k.id
                      ORDER BY l.nr),
               ARRAY(SELECT v.value FROM merchant.closing_line l
                      CROSS JOIN LATERAL unnest(ARRAY[
                            l.takings, l.takings_count, l.refunds, l.refunds_count, l.redemptions,
                            l.others]) WITH ORDINALITY AS v (value, place)
                      WHERE l.community_id = k.community_id AND l.closing_id = k.id
                      ORDER BY l.nr, v.place)
          FROM merchant.closing k
          JOIN accounts.coin c ON c.community_id = k.community_id AND c.code = k.coin
        """

    /// The caller's merchant's own, of the shops that their mandate reaches.
    static func find(_ id: UUID, _ community: UUID, visibleTo caller: Caller) -> SQL {
        """
        \(rawSQL: columns)
         WHERE k.community_id = \(community) AND k.id = \(id)
           AND k.merchant_id = \(caller.party)
           AND (\(caller.shops)::uuid[] IS NULL OR k.shop_id = ANY (\(caller.shops)))
        """
    }

    static func list(of shop: UUID, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE k.community_id = \(community) AND k.shop_id = \(shop)
           AND (\(before)::uuid IS NULL
                OR k.nr < (SELECT b.nr FROM merchant.closing b
                            WHERE b.community_id = k.community_id AND b.id = \(before)))
         ORDER BY k.nr DESC LIMIT \(limit + 1)
        """
    }

    static func make(
        _ id: UUID,
        of shop: UUID,
        by caller: Caller,
        at now: Instant,
        _ community: UUID
    ) -> SQL {
        """
        SELECT merchant.make_closing(\(community), \(id), \(shop), \(caller.client),
                                     \(caller.mandate?.id), \(Timestamp(now)))
        """
    }

    /// Whether a shop is the caller's merchant's.
    static func owns(_ shop: UUID, _ community: UUID, _ caller: Caller) -> SQL {
        """
        SELECT FROM merchant.shop
         WHERE community_id = \(community) AND id = \(shop) AND merchant_id = \(caller.party)
        """
    }

    @Sendable static func closings(_ rows: Rows) throws -> [Closing] {
        try rows.map { row in
            let (
                id, shop, nr, fromAt, madeAt, mandate, coin, digits, amounts, counts, terminals,
                cashiers, values
            ) = try row.decode(
                UUID.self,
                UUID.self,
                Int.self,
                Timestamp?.self,
                Timestamp.self,
                UUID?.self,
                String.self,
                Int16.self,
                [Int64].self,
                [Int].self,
                [UUID?].self,
                [UUID?].self,
                [Int64].self
            )
            let signed = amounts.map {
                SignedAmount(minorUnits: $0, coin: coin, digits: Int(digits))
            }
            let lines = terminals.indices.map { index in
                line(
                    terminals[index],
                    cashiers[index],
                    Array(values[(index * 6)..<(index * 6 + 6)]),
                    CoinDigits(code: coin, digits: Int(digits))
                )
            }
            return Closing(
                id: Identifier(id),
                shopId: Identifier(shop),
                nr: nr,
                fromAt: fromAt.map { Instant($0) },
                madeAt: Instant(madeAt),
                mandateId: mandate.map { Identifier($0) },
                opening: signed[0],
                takings: signed[1],
                takingsCount: counts[0],
                refunds: signed[2],
                refundsCount: counts[1],
                redemptions: signed[3],
                redemptionsCount: counts[2],
                others: signed[4],
                othersCount: counts[3],
                closing: signed[5],
                accountBalance: signed[6],
                lastPosting: counts[4],
                lines: lines
            )
        }
    }

    private static func line(
        _ terminal: UUID?,
        _ cashier: UUID?,
        _ values: [Int64],
        _ coin: CoinDigits
    ) -> ClosingLine {
        func amount(_ units: Int64) -> SignedAmount {
            SignedAmount(minorUnits: units, coin: coin.code, digits: coin.digits)
        }
        return ClosingLine(
            terminalId: terminal.map { Identifier($0) },
            cashierId: cashier.map { Identifier($0) },
            takings: amount(values[0]),
            takingsCount: Int(values[1]),
            refunds: amount(values[2]),
            refundsCount: Int(values[3]),
            redemptions: amount(values[4]),
            others: amount(values[5])
        )
    }
}
