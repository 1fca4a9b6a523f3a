import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The journal of a period as comma-separated values, a month at a time.
struct JournalFile: FilePieces {
    private static let columns = [
        "date", "journal", "account", "programmeId", "programme", "code", "debit", "credit",
        "unit", "postings", "final",
    ]

    let database: Database
    let community: UUID
    let coin: CoinDigits
    let now: Instant
    private let end: CalendarDate
    private var next: CalendarDate
    private var hasHeader = false

    init(
        _ period: StatementPeriod,
        of coin: CoinDigits,
        _ community: UUID,
        at now: Instant,
        _ database: Database
    ) {
        self.database = database
        self.community = community
        self.coin = coin
        self.now = now
        next = period.first
        end = period.end
    }

    mutating func next() async throws -> [UInt8]? {
        guard hasHeader else {
            hasHeader = true
            return Array(CSVLine.text(Self.columns).utf8)
        }
        while next < end {
            let (first, until) = (next, min(end, next.startOfNextMonth))
            next = until
            let lines = try await lines(from: first, until: until)
            if !lines.isEmpty { return Array(lines.map(text).joined().utf8) }
        }
        return nil
    }

    private func lines(
        from first: CalendarDate,
        until: CalendarDate
    ) async throws -> [JournalLine] {
        let sql = JournalQueries.lines(of: coin.code, community, from: first, until: until, at: now)
        return try await database.transaction { connection in
            try connection.executeScript(JournalQueries.patience)
            return try JournalQueries.lines(connection.query(sql))
        }
    }

    private func text(_ line: JournalLine) -> String {
        CSVLine.text([
            CalendarDate(daysSinceEpoch: Int(line.day.daysSince1970)).description, line.kind,
            line.account, line.programme.map { Identifier($0).description } ?? "",
            CSVLine.harmless(line.programmeName ?? ""), line.code,
            coin.amount(line.debit).value, coin.amount(line.credit).value, line.unit,
            "\(line.postings)", line.isFinal ? "yes" : "no",
        ])
    }
}

extension CalendarDate {
    fileprivate var startOfNextMonth: CalendarDate {
        let inNextMonth = adding(days: 32 - day)
        return inNextMonth.adding(days: 1 - inNextMonth.day)
    }
}
