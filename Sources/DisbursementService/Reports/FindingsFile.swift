import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The findings of a batch as CSV, some hundreds at a time.
struct FindingsFile: FilePieces {
    private static let limit = 500

    let batch: UUID
    let community: UUID
    let database: Database
    private var after: Int32?
    private var isFinished = false

    init(of batch: UUID, _ community: UUID, _ database: Database) {
        (self.batch, self.community, self.database) = (batch, community, database)
    }

    mutating func next() async throws -> [UInt8]? {
        guard let after else {
            self.after = 0
            return Array(FindingsCSV.head.utf8)
        }
        guard !isFinished else { return nil }
        let sql = FindingQueries.list(
            batch: batch,
            community: community,
            after: after,
            limit: Self.limit
        )
        let found = try await database.query(sql) { try $0.map(FindingQueries.decode) }
        isFinished = found.count <= Self.limit
        let page = found.prefix(Self.limit)
        guard let last = page.last else { return nil }
        self.after = Int32(last.nr)
        return Array(page.map(Self.row).joined().utf8)
    }

    private static func row(_ found: FindingQueries.Numbered) -> String {
        FindingsCSV.row(
            level: found.finding.level.rawValue,
            line: found.finding.line,
            sourceLine: found.sourceLine,
            path: found.finding.path,
            severity: found.finding.severity.rawValue,
            code: found.finding.code,
            textDutch: found.finding.textDutch,
            textEnglish: found.finding.text
        )
    }
}
