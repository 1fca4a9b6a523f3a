import API
import Foundation
import OpenAPIDocuments
import Testing

@testable import ServiceKit

/// The page that defines the figures, against the document that lists them.
@Suite struct StatisticsPageTests {
    @Test func `every figure is defined, and nothing else`() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/statistics.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let defined = text.matches(of: #/\n\| `(\w+)`[^|]*\| [^|]+\|/#).map { String($0.1) }
        let schemas = OpenAPIDocument(.disbursement).root["components"]?["schemas"]
        func members(_ schema: String) throws -> Set<String> {
            Set(try #require(schemas?[schema]?["required"]?.strings))
        }
        #expect(Set(defined).count == defined.count)
        #expect(
            Set(defined) == (try members("ProgrammeStatistics")).union(["people"])
        )
    }
}
