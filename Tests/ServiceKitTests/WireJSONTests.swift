import API
import Foundation
import Testing

@testable import ServiceKit

/// Our own encoder and decoder against Foundation's.
@Suite struct WireJSONTests {
    private struct Everything: Codable, Equatable {
        var text: String
        var other: String?
        var flag = true
        var count: Int
        var small: UInt8 = 255
        var large: Int64 = -9_007_199_254_740_991
        var degrees: Double
        var list: [Int?]
        var nested: [String: [Amount]]
        @Nullable var moment: Instant?
        var json: JSONValue
    }

    private static let sample = Everything(
        text: "quote \" slash / back \\ tab \t line \r\n bell \u{7} delete \u{7F} Zoë 😀 \u{2028}",
        other: nil,
        count: -7,
        degrees: 5.1064,
        list: [1, nil, 3],
        nested: ["b": [Amount(value: "1.00", coin: "x")], "a": [], "é": []],
        moment: nil,
        json: .object(["z": .array([.number(1), .number(0.1), .null]), "a": .string("\u{0}")])
    )

    private func reference(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func `bytes are those of the general encoder`() throws {
        #expect(WireJSON.text(Self.sample) == (try reference(Self.sample)))
        for number in [0, -0.0, 1, 1e15, 1e16, 1e21, 1e-7, 123_456.789, .pi, -2.5e-300] {
            #expect(WireJSON.text([number]) == (try reference([number])))
        }
        #expect(WireJSON.text("alone") == "\"alone\"")
        #expect(WireJSON.text([String]()) == "[]")
        #expect(WireJSON.text([String: Int]()) == "{}")
    }

    @Test func `what is written is read back`() throws {
        let read = try JSONText.parse(WireJSON.bytes(Self.sample)).decoded(as: Everything.self)
        #expect(read == Self.sample)
    }

    @Test(arguments: [
        "1.5", "9007199254740992", "9007199254740993", "1e300", "-1", "\"1\"", "true", "null", "[]",
        "{}",
    ])
    func `a value of another kind or size is refused`(text: String) throws {
        let value = try JSONText.parse(Array(text.utf8))
        #expect(throws: DecodingError.self) { try value.decoded(as: UInt64.self) }
    }

    @Test func `a missing member is refused, an optional one is none`() throws {
        let value = try JSONText.parse(Array(#"{"amount":{"value":"1"}}"#.utf8))
        #expect(throws: DecodingError.self) { try value.decoded(as: PaymentRequest.self) }
        let whole = try JSONText.parse(
            Array(#"{"amount":{"value":"1","coin":"x"},"reference":null}"#.utf8)
        )
        #expect(try whole.decoded(as: PaymentRequest.self).reference == nil)
    }
}
