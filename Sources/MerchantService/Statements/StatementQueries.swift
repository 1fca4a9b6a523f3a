import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// A merchant's account over a period: where it began and ended.
struct StatementFrame: Sendable {
    let merchant: UUID
    let period: StatementPeriod
    let now: Instant
    let name: String
    let coin: String
    let digits: Int
    let account: UUID
    let timeZone: String
    let from: Instant
    let until: Instant
    let opening: Int64
    let openingSeq: Int64
    let closing: Int64
    let closingSeq: Int64
    /// The last day that it tells of.
    let lastDay: CalendarDate

    /// How many postings it has: they are numbered without gaps.
    var count: Int64 { closingSeq - openingSeq }
    /// Whether nothing is added any more. A transaction that began in the period may commit a moment
    /// after its end, and none takes a minute.
    var isComplete: Bool { now.microseconds >= until.microseconds + 60_000_000 }

    func text(_ minorUnits: Int64) -> String {
        SignedAmount(minorUnits: minorUnits, coin: coin, digits: digits).value
    }
}

/// One posting of a statement.
struct StatementEntry: Sendable {
    let seq: Int64
    let postedAt: Timestamp
    let localTime: String
    let amount: Int64
    let balance: Int64
    let transfer: UUID
    let kind: String
    let reference: String?
    let payment: UUID?
    let shop: String?
    let terminal: String?
    let cashier: UUID?
    let vatRates: [Int32]
    /// Without a sign.
    let vatAmounts: [Int64]

    /// The VAT in the amount by rate, with the amount's sign.
    var vat: [(rate: Int32, minorUnits: Int64)] {
        zip(vatRates, vatAmounts).map { ($0, amount < 0 ? -$1 : $1) }
    }
}

/// SQL that reads statements.
enum StatementQueries {
    static func frame(
        of merchant: UUID,
        _ period: StatementPeriod,
        _ community: UUID,
        at now: Instant
    ) -> SQL {
        """
        SELECT s.name, s.coin, s.digits, s.account_id, s.time_zone, s.from_at, s.until_at,
               s.opening, s.opening_seq, s.closing, s.closing_seq,
               least(\(period.end.databaseDay) - 1, (\(Timestamp(now)) AT TIME ZONE s.time_zone)::date)
          FROM merchant.statement(\(community), \(merchant), \(period.first.databaseDay),
                                  \(period.end.databaseDay), \(Timestamp(now))) AS s
        """
    }

    static func frame(
        _ rows: Rows,
        merchant: UUID,
        period: StatementPeriod,
        now: Instant
    ) throws -> StatementFrame? {
        try rows.first.map { row in
            let (
                name, coin, digits, account, timeZone, from, until, opening, openingSeq, closing,
                closingSeq, lastDay
            ) = try row.decode(
                String.self,
                String.self,
                Int16.self,
                UUID.self,
                String.self,
                Timestamp.self,
                Timestamp.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Day.self
            )
            return StatementFrame(
                merchant: merchant,
                period: period,
                now: now,
                name: name,
                coin: coin,
                digits: Int(digits),
                account: account,
                timeZone: timeZone,
                from: Instant(from),
                until: Instant(until),
                opening: opening,
                openingSeq: openingSeq,
                closing: closing,
                closingSeq: closingSeq,
                lastDay: CalendarDate(daysSinceEpoch: Int(lastDay.daysSince1970))
            )
        }
    }

    /// The postings of a statement after one of them, oldest first.
    static func entries(
        of frame: StatementFrame,
        _ community: UUID,
        after: (at: Timestamp, seq: Int64),
        limit: Int32
    ) -> SQL {
        // The last moment before the end; the number keeps out what came since the frame was read.
        let last = Timestamp(microseconds: frame.until.microseconds - 1)
        return """
            SELECT e.seq, e.posted_at,
                   to_char(e.posted_at AT TIME ZONE \(frame.timeZone), 'YYYY-MM-DD HH24:MI:SS'),
                   e.amount, e.balance_after, e.transfer_id, coalesce(e.kind, ''), e.reference,
                   e.payment_id, s.name, t.name, e.cashier_id,
                   coalesce(e.vat_rates, '{}'), coalesce(e.vat_amounts, '{}')
              FROM merchant.entries(\(community), \(frame.account), \(after.at), \(after.seq),
                                    \(last), \(frame.closingSeq), \(limit)) AS e
              LEFT JOIN merchant.shop s ON s.community_id = \(community) AND s.id = e.shop_id
              LEFT JOIN merchant.terminal t
                ON t.community_id = \(community) AND t.id = e.terminal_id
             ORDER BY e.posted_at, e.seq
            """
    }

    @Sendable static func entries(_ rows: Rows) throws -> [StatementEntry] {
        try rows.map { row in
            let (
                seq, postedAt, localTime, amount, balance, transfer, kind, reference, payment,
                shop, terminal, cashier, vatRates, vatAmounts
            ) = try row.decode(
                Int64.self,
                Timestamp.self,
                String.self,
                Int64.self,
                Int64.self,
                UUID.self,
                String.self,
                String?.self,
                UUID?.self,
                String?.self,
                String?.self,
                UUID?.self,
                [Int32].self,
                [Int64].self
            )
            return StatementEntry(
                seq: seq,
                postedAt: postedAt,
                localTime: localTime,
                amount: amount,
                balance: balance,
                transfer: transfer,
                kind: kind,
                reference: reference,
                payment: payment,
                shop: shop,
                terminal: terminal,
                cashier: cashier,
                vatRates: vatRates,
                vatAmounts: vatAmounts
            )
        }
    }
}

extension CalendarDate {
    /// The same day for the database.
    fileprivate var databaseDay: Day { Day(daysSince1970: Int32(daysSinceEpoch)) }
}
