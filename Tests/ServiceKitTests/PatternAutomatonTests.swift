import API
import OpenAPIDocuments
import Testing

@testable import ServiceKit

/// The tables against Swift's own regular expressions, on texts near the edge.
@Suite struct PatternAutomatonTests {
    private static let patterns: Set<String> = {
        var found: Set<String> = []
        func collect(_ value: JSONValue) {
            if let pattern = value["pattern"]?.string { found.insert(pattern) }
            value.members.values.forEach(collect)
            value.elements.forEach(collect)
        }
        for service in DocumentName.allCases { collect(OpenAPIDocument(service).root) }
        return found
    }()

    private static let seeds = [
        "", "0", "7", "12.50", "0.00", "-3.1", "01957c5e-6f00-7a10-8b20-0c30d040e054",
        "2026-03-02T10:15:00.123456Z", "2026-03-02", "jan.v", "oosterhof", "NL57INGB0004418702",
        "a.b.c", "eyJh.eyJi._-9", "\"key\"", "key", "Zoë 😀", "half of the groceries", "1.0.0",
        String(repeating: "a", count: 32), String(repeating: "x", count: 129),
        String(repeating: "0", count: 64),
    ]
    private static let insertions = [
        "", "0", "9", "a", "Z", "-", ".", "\"", " ", "\n", "\u{0}", "é", "\u{7F}",
    ]

    @Test func `every pattern of the documents has tables`() {
        #expect(Self.patterns.count > 15)
        for pattern in Self.patterns { #expect(Pattern(pattern) != nil, "\(pattern)") }
    }

    @Test func `tables and regular expressions agree`() throws {
        for pattern in Self.patterns {
            let automaton = try #require(Pattern(pattern))
            let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
            for text in Self.seeds.flatMap(Self.neighbours) {
                let expected = text.firstMatch(of: regex) != nil
                #expect(automaton.matches(text) == expected, "\(pattern) \(text.debugDescription)")
            }
        }
    }

    @Test(arguments: [
        #"^a|b$"#, "abc", "^a", "a$", #"^\d+$"#, "^(?:a)$", "^a{,5}$", "^(a$", "^[b-a]$", #"^a\$"#,
    ])
    func `other forms are left to regular expressions`(pattern: String) {
        #expect(Pattern(pattern) == nil)
    }

    /// The text with one character put in, left out or replaced, at its ends and in the middle.
    private static func neighbours(of text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var found = [text]
        for place in Set([0, scalars.count / 2, scalars.count]) {
            for insertion in insertions {
                for skipped in 0...1 where place + skipped <= scalars.count {
                    var near = String.UnicodeScalarView(scalars[..<place])
                    near.append(contentsOf: insertion.unicodeScalars)
                    near.append(contentsOf: scalars[(place + skipped)...])
                    found.append(String(near))
                }
            }
        }
        return found
    }
}
