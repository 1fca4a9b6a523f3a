import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// One line of the journal: what moved on a day, by kind of transfer, kind of account and programme.
struct JournalLine: Sendable {
    let day: Day
    let kind: String
    let account: String
    let unit: String
    let programme: UUID?
    let programmeName: String?
    let code: String
    let debit: Int64
    let credit: Int64
    let postings: Int64
    /// Whether nothing is added to the day any more.
    let isFinal: Bool
}

/// SQL about the journal and its codes.
enum JournalQueries {
    /// Long enough to add up a month once, in milliseconds.
    static let patience = "SET LOCAL statement_timeout = 600000"

    /// The lines of some days, in order.
    static func lines(
        of coin: String,
        _ community: UUID,
        from first: CalendarDate,
        until end: CalendarDate,
        at now: Instant
    ) -> SQL {
        """
        SELECT day, kind, account, unit, programme_id, programme, code, debit, credit, postings,
               is_final
          FROM disbursement.journal(\(community), \(coin), \(first.databaseDay),
                                    \(end.databaseDay), \(Timestamp(now)))
        """
    }

    static func lines(_ rows: Rows) throws -> [JournalLine] {
        try rows.map { row in
            let (
                day, kind, account, unit, programme, name, code, debit, credit, postings, isFinal
            ) = try row.decode(
                Day.self,
                String.self,
                String.self,
                String.self,
                UUID?.self,
                String?.self,
                String.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Bool.self
            )
            return JournalLine(
                day: day,
                kind: kind,
                account: account,
                unit: unit,
                programme: programme,
                programmeName: name,
                code: code,
                debit: debit,
                credit: credit,
                postings: postings,
                isFinal: isFinal
            )
        }
    }

    /// Sets a code, or changes the one that is set for the same.
    static func set(
        _ setting: JournalCodeSetting,
        id: UUID,
        _ community: UUID,
        by client: UUID,
        at now: Instant
    ) -> SQL {
        """
        INSERT INTO disbursement.journal_code AS k
            (community_id, id, coin, account, programme_id, code, set_by, set_at)
        VALUES (\(community), \(id), \(setting.coin), \(setting.account.rawValue),
                \(setting.programmeId?.uuid), \(setting.code), \(client), \(Timestamp(now)))
        ON CONFLICT ON CONSTRAINT journal_code_one_per_account DO UPDATE
           SET code = excluded.code, set_by = excluded.set_by, set_at = excluded.set_at
        RETURNING k.id, k.coin, k.account, k.programme_id, k.code, k.set_at
        """
    }

    /// The code that is set for the same, if any.
    static func same(as setting: JournalCodeSetting, _ community: UUID) -> SQL {
        """
        SELECT id, coin, account, programme_id, code, set_at FROM disbursement.journal_code
         WHERE community_id = \(community) AND coin = \(setting.coin)
           AND account = \(setting.account.rawValue)
           AND programme_id IS NOT DISTINCT FROM \(setting.programmeId?.uuid)
        """
    }

    static func codes(_ community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT id, coin, account, programme_id, code, set_at FROM disbursement.journal_code
         WHERE community_id = \(community)
           AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func codes(_ rows: Rows) throws -> [JournalCode] {
        try rows.map { row in
            let (id, coin, account, programme, code, setAt) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                UUID?.self,
                String.self,
                Timestamp.self
            )
            guard let account = JournalAccount(rawValue: account) else {
                throw PostgresError.decoding("unknown account of the journal")
            }
            return JournalCode(
                id: Identifier(id),
                coin: coin,
                account: account,
                programmeId: programme.map(Identifier.init),
                code: code,
                setAt: Instant(setAt)
            )
        }
    }
}
