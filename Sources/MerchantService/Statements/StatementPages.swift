import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The postings of a statement, a few hundred at a time: what is in memory does not grow with the
/// period, and no transaction waits for a slow reader, because history never changes.
struct StatementPages: Sendable {
    private static let limit: Int32 = 500

    let database: Database
    let community: UUID
    let frame: StatementFrame
    private var after: (at: Timestamp, seq: Int64)?
    private var isFinished = false

    init(_ database: Database, _ community: UUID, _ frame: StatementFrame) {
        self.database = database
        self.community = community
        self.frame = frame
    }

    /// The next ones; nil after the last.
    mutating func next() async throws -> [StatementEntry]? {
        guard !isFinished, frame.count > 0 else { return nil }
        let page = try await database.query(
            StatementQueries.entries(
                of: frame,
                community,
                after: after ?? (Timestamp(frame.from), 0),
                limit: Self.limit
            ),
            StatementQueries.entries
        )
        isFinished = page.count < Int(Self.limit)
        after = page.last.map { ($0.postedAt, $0.seq) }
        return page.isEmpty ? nil : page
    }
}

/// A statement in pieces: something before the postings, each of them, and something after.
struct StatementPieces: FilePieces {
    var pages: StatementPages
    let opening: String
    let line: @Sendable (StatementEntry) -> String
    let closing: String
    private var place = Place.opening

    private enum Place { case opening, entries, end }

    init(
        _ pages: StatementPages,
        opening: String,
        line: @escaping @Sendable (StatementEntry) -> String,
        closing: String
    ) {
        self.pages = pages
        self.opening = opening
        self.line = line
        self.closing = closing
    }

    mutating func next() async throws -> [UInt8]? {
        switch place {
        case .opening:
            place = .entries
            return Array(opening.utf8)
        case .entries:
            if let page = try await pages.next() { return Array(page.map(line).joined().utf8) }
            place = .end
            return Array(closing.utf8)
        case .end:
            return nil
        }
    }
}
