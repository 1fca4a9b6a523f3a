import API
import Foundation
import OpenAPIDocuments
import Testing

@testable import ServiceKit

/// The types of events, as the document and its page for readers list them.
@Suite struct EventTypeTests {
    private static let documented: Set<String> = {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/webhooks.md")
        let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
        return Set(text.matches(of: #/\n\| `([a-z.-]+)` \|/#).map { String($0.1) })
    }()

    private static var schema: JSONValue? {
        OpenAPIDocument(.merchant).root["components"]?["schemas"]?["EventType"]
    }

    @Test func `the document lists the types that the page explains`() throws {
        let description = try #require(Self.schema?["description"]?.string)
        let listed = description.matches(of: #/`([a-z-]+\.[a-z-]+)`/#).map { String($0.1) }
            .filter { !$0.hasSuffix(".md") }
        #expect(Set(listed).count == listed.count)
        #expect(Set(listed) == Self.documented)
    }

    @Test func `whatever becomes of a payment or a redemption has a type`() {
        func types(of subject: String) -> Set<String> {
            Self.documented.filter { $0.hasPrefix("\(subject).") }
        }
        #expect(types(of: "payment") == Set(PaymentState.allCases.map { "payment.\($0.rawValue)" }))
        #expect(
            types(of: "redemption")
                == Set(RedemptionState.allCases.map { "redemption.\($0.rawValue)" })
        )
    }

    @Test func `every type has the form that the document promises`() throws {
        let pattern = try #require(Self.schema?["pattern"]?.string)
        let form = try Regex(pattern)
        for type in Self.documented {
            #expect(try form.wholeMatch(in: type) != nil, "\(type)")
        }
    }
}
