import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a programme paid each person in a period as comma-separated values, a thousand people at a time.
struct PersonTotalsFile: FilePieces {
    private static let columns = [
        "personId", "name", "credits", "credited", "takenBack", "expired", "coin", "final",
    ]

    let programme: UUID
    let period: StatementPeriod
    let community: UUID
    let now: Instant
    let database: Database
    private var isFinal: Bool?
    private var after: UUID?
    private var isFinished = false

    init(
        of programme: UUID,
        _ period: StatementPeriod,
        _ community: UUID,
        at now: Instant,
        _ database: Database
    ) {
        self.programme = programme
        self.period = period
        self.community = community
        self.now = now
        self.database = database
    }

    mutating func next() async throws -> [UInt8]? {
        guard let isFinal else {
            isFinal = try await database.query(
                PersonTotalsQueries.isFinal(period, community, at: now),
                PersonTotalsQueries.isFinal
            )
            return Array(CSVLine.text(Self.columns).utf8)
        }
        while !isFinished {
            let people = try await database.query(
                PersonTotalsQueries.ofProgramme(programme, period, community, after: after),
                PersonTotalsQueries.totals
            )
            isFinished = people.count < PersonTotalsQueries.people
            after = people.last?.wallet
            let lines = people.filter(\.hasMoved).map { Self.line($0, isFinal: isFinal) }
            if !lines.isEmpty { return Array(lines.joined().utf8) }
        }
        return nil
    }

    private static func line(_ person: WalletTotal, isFinal: Bool) -> String {
        let total = person.total
        return CSVLine.text([
            Identifier(person.person).description, CSVLine.harmless(person.name ?? ""),
            "\(total.creditCount)", total.credited.value, total.takenBack.value,
            total.expired.value, total.credited.coin, isFinal ? "yes" : "no",
        ])
    }
}
