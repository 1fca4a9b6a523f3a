import API
import HTTPTypes
import Hummingbird
import Testing

@testable import ServiceKit

@Suite struct IdempotencyKeyTests {
    private func key(_ header: String?) throws -> String {
        var headers = HTTPFields()
        headers[.idempotencyKey] = header
        return try request(.post, "/", headers).idempotencyKey()
    }

    @Test func `quoted and bare are one key`() throws {
        #expect(try key("8e03978e-40d5") == "8e03978e-40d5")
        #expect(try key("\"8e03978e-40d5\"") == "8e03978e-40d5")
        #expect(try key("  \"8e03978e-40d5\" ") == "8e03978e-40d5")
    }

    @Test func `a key has 1 to 128 characters, without the quotation marks`() throws {
        let longest = String(repeating: "k", count: 128)
        #expect(try key("k") == "k")
        #expect(try key(longest) == longest)
        #expect(try key("\"\(longest)\"") == longest)
        for wrong in ["", "\"\"", longest + "k", "\"\(longest)k\""] {
            #expect(throws: Problem.self, "\(wrong)") { try key(wrong) }
        }
    }

    @Test(arguments: [
        nil, "two words", "tab\tkey", "caf\u{E9}", "\"", "\"open", "a\"b", "\"a\"b\"",
    ])
    func `what is no key is a 400 of its own`(header: String?) {
        let problem = #expect(throws: Problem.self) { try key(header) }
        #expect(problem?.type == .idempotencyKeyRequired)
    }

    @Test func `two keys are no key`() {
        var headers = HTTPFields()
        headers.append(HTTPField(name: .idempotencyKey, value: "one"))
        headers.append(HTTPField(name: .idempotencyKey, value: "two"))
        #expect(throws: Problem.self) { try request(.post, "/", headers).idempotencyKey() }
    }
}
