import API
import Testing

@testable import ServiceKit

@Suite struct JSONTextTests {
    private func refusal(_ bytes: [UInt8]) -> String? {
        do {
            _ = try JSONText.parse(bytes)
            return nil
        } catch let problem as Problem {
            return problem.type == .malformedJson ? problem.detail : "\(problem.type)"
        } catch {
            return "\(error)"
        }
    }

    private func refusal(_ text: String) -> String? { refusal(Array(text.utf8)) }

    @Test func `JSON is read`() throws {
        let text = #" {"a":[1,-2.5e3,"x\u0041\ud83d\ude00",true,false,null],"b":{}} "#
        #expect(
            try JSONText.parse(Array(text.utf8))
                == .object([
                    "a": .array([
                        .number(1), .number(-2500), .string("xA😀"), .bool(true), .bool(false),
                        .null,
                    ]), "b": .object([:]),
                ])
        )
    }

    @Test func `no body at all is named`() {
        #expect(refusal("") == "A JSON body is needed; there is none.")
    }

    @Test(arguments: [
        " ", "{", "}", "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}", "'a'", "nul", "01", "+1", "1.", ".5",
        "NaN", "Infinity", "1e999", "\"a", "\"\\x\"", "\"\\ud800\"", "{} {}", "[1] // no",
        "\"line\nbreak\"", "{\"a\":1,}", "[[1] , ]", "]]]][[[[", "::::", "\u{FEFF}",
    ])
    func `what is not JSON is refused`(text: String) {
        #expect(refusal(text) == "The body is not JSON.", "\(text.debugDescription)")
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        let wrong: [[UInt8]] = [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xE2, 0x82, 0x22], [0xFF, 0xFE, 0x22, 0x00],
        ]
        for bytes in wrong { #expect(refusal(bytes) == "The body is not UTF-8.") }
    }

    @Test func `UTF-16 is not taken for UTF-8`() {
        let text = #"{"a":1}"#
        #expect(refusal(text.utf16.flatMap { [UInt8($0 & 0xFF), 0] }) == "The body is not UTF-8.")
        #expect(refusal(text.utf16.flatMap { [0, UInt8($0 & 0xFF)] }) == "The body is not UTF-8.")
    }

    @Test func `nesting has a limit, brackets in texts do not count`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(refusal(nested(JSONParser.deepest)) == nil)
        let refused = "The body nests deeper than \(JSONParser.deepest) levels."
        #expect(refusal(nested(JSONParser.deepest + 1)) == refused)
        #expect(refusal(nested(1_000_000)) == refused)
        #expect(refusal(String(repeating: "{\"a\":", count: 1_000_000)) == refused)
        #expect(refusal("\"" + nested(1000) + "\"") == nil)
        #expect(refusal("\"\\\"" + nested(1000) + "\\\\\"") == nil)
    }

    @Test(arguments: [
        #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"a":3}"#, #"[{"x":{"a":1,"a":2}}]"#,
        #"{"a":1,"\u0061":2}"#, #"{"amount":{"value":"1.00","value":"9.00"}}"#,
    ])
    func `a name twice in one object is refused`(text: String) {
        #expect(refusal(text) == "An object of the body has a name twice.")
    }

    @Test(arguments: [
        #"{"a":{"a":1},"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":"a:b,\"c\":\"c\":","":":"}"#,
        #"{"A":1,"a":1}"#,
    ])
    func `the same name in other objects, and colons in texts, are fine`(text: String) {
        #expect(refusal(text) == nil)
    }
}
