import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A page of a statement as the database gives it.
struct StatementPage {
    /// Up to one posting more than was asked for, newest first.
    var postings: [PotPosting] = []
    /// The balance of each pot where the page begins, in minor units, with its coin.
    var starts: [UUID: (coin: CoinDigits, balance: Int64)] = [:]
}

/// One posting on a pot, with its transfer.
struct PotPosting {
    let pot: UUID
    let seq: Int64
    let amount: Int64
    let balanceAfter: Int64
    let postedAt: Instant
    let transfer: UUID
    let kind: String
    let reference: String?
    /// The other person, the merchant or the programme.
    let counterparty: String?
    /// Of a capture: the hold that it was taken from, which has its reservation's id.
    let hold: UUID?

    var cursor: StatementCursor { StatementCursor(postedAt: postedAt, pot: pot, seq: seq) }
}

/// The SQL of statements.
enum StatementQueries {
    /// A page that begins after a cursor, or before a moment, or with the newest posting.
    static func page(
        of wallet: UUID,
        community: UUID,
        coin: String?,
        cursor: StatementCursor?,
        fromAt: Instant?,
        untilAt: Instant?,
        limit: Int
    ) -> SQL {
        // No pot has the smallest id, so that with it only the moment counts.
        let pot = cursor?.pot ?? Caller.noCommunity
        return """
            SELECT pot_id, coin, digits, start_balance, seq, amount, balance_after, posted_at,
                   transfer_id, kind, reference, counterparty,
                   (SELECT t.hold_id FROM ledger.transfer t
                     WHERE t.community_id = \(community) AND t.id = s.transfer_id)
              FROM wallet.statement(
                   \(community), \(wallet), \(coin),
                   \((cursor?.postedAt ?? untilAt).map { Timestamp($0) }), \(pot),
                   \((cursor?.seq ?? 1) - 1), \(fromAt.map { Timestamp($0) }), \(Int32(limit))) AS s
            """
    }

    static func page(_ rows: Rows) throws -> StatementPage {
        try rows.reduce(into: StatementPage()) { page, row in
            let (
                pot, coin, digits, start, seq, amount, after, postedAt, transfer, kind, reference,
                name, hold
            ) = try row.decode(
                UUID.self,
                String.self,
                Int16.self,
                Int64.self,
                Int64?.self,
                Int64?.self,
                Int64?.self,
                Timestamp?.self,
                UUID?.self,
                String?.self,
                String?.self,
                String?.self,
                UUID?.self
            )
            page.starts[pot] = (CoinDigits(code: coin, digits: Int(digits)), start)
            guard let seq, let amount, let after, let postedAt, let transfer, let kind else {
                return
            }
            page.postings.append(
                PotPosting(
                    pot: pot,
                    seq: seq,
                    amount: amount,
                    balanceAfter: after,
                    postedAt: Instant(postedAt),
                    transfer: transfer,
                    kind: kind,
                    reference: reference,
                    counterparty: name,
                    hold: hold
                )
            )
        }
    }
}
