import API
import OpenAPIDocuments
import Testing

@testable import ServiceKit

/// The types of events of a wallet, against the notices that become such events.
@Suite struct WalletEventTypeTests {
    @Test func `every notice has a type`() throws {
        let schema = OpenAPIDocument(.wallet).root["components"]?["schemas"]?["WalletEventType"]
        let description = try #require(schema?["description"]?.string)
        let form = try Regex(try #require(schema?["pattern"]?.string))
        let listed = Set(description.matches(of: #/`(notice\.[a-z-]+)`/#).map { String($0.1) })
        #expect(listed == Set(NoticeKind.allCases.map { "notice.\($0.rawValue)" }))
        for type in listed { #expect(try form.wholeMatch(in: type) != nil, "\(type)") }
    }
}
