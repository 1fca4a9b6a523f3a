import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// A status report in pieces. What became of the lines was read at one moment; what they say of
/// themselves never changes and is read while it is sent, so that no transaction waits for a slow
/// reader.
struct StatusReportFile: FilePieces {
    private static let limit = 2_000

    private enum Place { case opening, lines, end }

    let batch: UUID
    let community: UUID
    let database: Database
    private var text: StatusReportText
    private let count: Int
    private var after: Int32 = 0
    private var place = Place.opening

    init(
        _ text: StatusReportText,
        count: Int,
        of batch: UUID,
        _ community: UUID,
        _ database: Database
    ) {
        (self.text, self.count) = (text, count)
        (self.batch, self.community, self.database) = (batch, community, database)
    }

    mutating func next() async throws -> [UInt8]? {
        switch place {
        case .opening:
            place = count == 0 ? .end : .lines
            return Array((count == 0 ? text.opening + text.closing : text.opening).utf8)
        case .lines:
            return Array(try await nextLines().utf8)
        case .end:
            return nil
        }
    }

    private mutating func nextLines() async throws -> String {
        let lines = try await database.query(
            ReportQueries.lines(of: batch, community, after: after, limit: Self.limit),
            ReportQueries.lines
        )
        // Lines are never added to a batch that can be read, nor taken away.
        guard let last = lines.last, text.count + lines.count <= count else {
            throw PostgresError.decoding("a batch has other lines than before")
        }
        after = last.nr
        var piece = ""
        for line in lines { piece += text.text(of: line) }
        guard text.count == count else { return piece }
        place = .end
        return piece + text.closing
    }
}
