import API
import Foundation
import TestSupport
import Testing

/// Bodies that no operation should take, sent by somebody who may call it.
@Suite struct BadInputTests {
    @Test(arguments: [
        ("", ProblemType.malformedJson), (" ", .malformedJson), ("hello", .malformedJson),
        ("{", .malformedJson), ("{}}", .malformedJson), ("{'a':1}", .malformedJson),
        ("{\"a\":1,\"a\":2}", .malformedJson), ("[]", .invalidRequest), ("null", .invalidRequest),
        ("42", .invalidRequest), ("\"{}\"", .invalidRequest), ("{\"a\":NaN}", .malformedJson),
        ("\u{0}", .malformedJson), (String(repeating: "[", count: 10_000), .malformedJson),
        (String(repeating: "{\"a\":", count: 10_000), .malformedJson),
    ])
    func `what is no object is refused`(body: String, type: ProblemType) async throws {
        for operation in Cast.taking {
            let answer = try await send(operation, Data(body.utf8))
            #expect(answer.problemType == type, "\(operation.id): \(answer.text)")
        }
    }

    @Test func `bytes that are no text are refused`() async throws {
        let bodies: [[UInt8]] = [
            [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], Array(repeating: 0, count: 1000),
        ]
        for operation in Cast.taking {
            for body in bodies {
                let answer = try await send(operation, Data(body))
                #expect(answer.problemType == .malformedJson, "\(operation.id)")
            }
        }
    }

    @Test func `a body above the limit is not read`() async throws {
        for operation in Cast.taking {
            let size = operation.body.maxBytes + 5000
            let answer = try await send(
                operation,
                Data(#"{"name":"\#(String(repeating: "x", count: size))"}"#.utf8)
            )
            #expect(answer.status == 413, "\(operation.id)")
            #expect(answer.problemType == .payloadTooLarge, "\(operation.id)")
        }
    }

    @Test(arguments: ["text/plain", "application/xml", "application/jsonp", "json", ""])
    func `another content type is refused`(type: String) async throws {
        for operation in Cast.operations where operation.body.mediaType == MediaType.json {
            let answer = try await send(
                operation,
                Data("{}".utf8),
                headers: ["Content-Type": type]
            )
            #expect(answer.status == 415, "\(operation.id) \(answer.text)")
            #expect(answer.problemType == .unsupportedMediaType, "\(operation.id)")
        }
    }

    @Test func `unknown members are named`() async throws {
        for operation in Cast.taking {
            let answer = try await send(operation, Data(#"{"surprise":1,"a/b~c":[]}"#.utf8))
            #expect(answer.problemType == .invalidRequest, "\(operation.id)")
            let pointers = answer.problem?.errors?.map(\.pointer) ?? []
            #expect(pointers.contains("/surprise"), "\(operation.id)")
            // RFC 6901 section 3 escapes.
            #expect(pointers.contains("/a~1b~0c"), "\(operation.id)")
        }
    }

    @Test func `every member of a wrong type is named, all at once`() async throws {
        for (operation, example) in try await examples() where !example.isEmpty {
            let wrong = example.mapValues { value -> Any in
                value is String || value is NSNumber ? ["no": "such"] as [String: String] : 12.5
            }
            let answer = try await send(operation, JSONSerialization.data(withJSONObject: wrong))
            #expect(answer.problemType == .invalidRequest, "\(operation.id): \(answer.text)")
            let pointers = Set(answer.problem?.errors?.map(\.pointer) ?? [])
            for name in wrong.keys {
                #expect(
                    pointers.contains { $0.hasPrefix("/\(name)") },
                    "\(operation.id) \(name)"
                )
            }
        }
    }

    @Test(arguments: ["a\u{0}b", "\u{7}", "line\nline", "\u{1B}[31m", "\u{7F}x"])
    func `control characters are refused in every text`(text: String) async throws {
        for (operation, example) in try await examples() {
            for (name, value) in example where value is String {
                var changed = example
                changed[name] = text
                let answer = try await send(
                    operation,
                    JSONSerialization.data(withJSONObject: changed)
                )
                #expect(
                    answer.problemType == .invalidRequest,
                    "\(operation.id) \(name): \(answer.status) \(answer.text)"
                )
                #expect(
                    answer.problem?.errors?.contains { $0.pointer == "/\(name)" } == true,
                    "\(operation.id) \(name)"
                )
            }
        }
    }

    @Test func `texts that are much too long are refused`() async throws {
        let text = String(repeating: "€", count: 9000)
        for (operation, example) in try await examples() {
            for (name, value) in example where value is String {
                var changed = example
                changed[name] = text
                let answer = try await send(
                    operation,
                    JSONSerialization.data(withJSONObject: changed)
                )
                #expect(answer.problemType == .invalidRequest, "\(operation.id) \(name)")
                #expect(answer.text.utf8.count < 4000, "\(operation.id) \(name)")
            }
        }
    }

    @Test func `lone surrogates and other odd text never fault`() async throws {
        let texts = [
            #""\ud800""#, #""\udc00\ud800""#, "\"\u{FEFF}\"", "\"\u{202E}abc\"", "\"\u{FFFE}\"",
            "\"'; DROP TABLE accounts.party; --\"", "1e400", "-0", "123456789012345678901234567890",
            "0.1e-400", "true", "[[]]",
        ]
        for (operation, example) in try await examples() {
            for name in example.keys {
                for text in texts {
                    var others = example
                    others[name] = nil
                    let rest = try JSONSerialization.data(withJSONObject: others)
                    let start = #"{"\#(name)":\#(text)\#(others.isEmpty ? "" : ",")"#
                    let answer = try await send(operation, Data(start.utf8) + rest.dropFirst())
                    #expect(answer.status < 500, "\(operation.id) \(name) \(text)")
                }
            }
        }
    }

    @Test func `an act needs a key, of a decent length`() async throws {
        let cast = try await Cast.shared
        let bad: [String?] = [
            nil, "\"\"", " ", String(repeating: "k", count: 129), "a b", "é", "\"",
        ]
        let acts = Cast.operations.filter { $0.idempotent && $0.access != .anonymous }
        #expect(acts.count >= 25)
        for operation in acts {
            let client = try cast.allowed(operation)
            let token = try await client.accessToken()
            for key in bad {
                var headers = ["Content-Type": operation.body.mediaType ?? MediaType.json]
                headers["Idempotency-Key"] = key
                let answer = try await client.bare(
                    operation,
                    token: token,
                    headers: headers
                )
                #expect(
                    answer.problemType == .idempotencyKeyRequired,
                    "\(operation.id) \(key ?? "none"): \(answer.text)"
                )
            }
        }
    }

    @Test(arguments: ["%00", "%2F", "..%2F..%2Fetc", "%FF", "%", "'", "%E2%82%AC", "a%0Ab", "+"])
    func `a path parameter may be anything`(text: String) async throws {
        let cast = try await Cast.shared
        for operation in Cast.guarded where operation.path.contains("{") {
            let client = try cast.allowed(operation)
            let path = Cast.nowhere(operation).mapValues { _ in text }
            let body = try await examples()[operation].map {
                try JSONSerialization.data(withJSONObject: $0)
            }
            let answer = try await client.send(operation, path, bytes: body)
            #expect(
                [400, 404, 415].contains(answer.status),
                "\(operation.id) \(answer.status) \(answer.text)"
            )
        }
    }

    private func send(
        _ operation: API.Operation,
        _ body: Data,
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        let client = try await Cast.shared.allowed(operation)
        return try await client.send(
            operation,
            Cast.nowhere(operation),
            bytes: body,
            headers: headers
        )
    }

    private static let reading = Task { try await readExamples() }

    /// The example bodies of the served documents, by operation.
    private func examples() async throws -> [API.Operation: [String: Any]] {
        try await Self.reading.value.mapValues {
            try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:]
        }
    }

    private static func readExamples() async throws -> [API.Operation: Data] {
        var examples: [API.Operation: Data] = [:]
        for service in try await Cast.shared.resident.phone.urls.values {
            let answer = try await RawHTTP.send(method: "GET", url: "\(service)/v1/openapi.json")
            let document =
                try JSONSerialization.jsonObject(with: answer.body) as? [String: Any] ?? [:]
            let paths = document["paths"] as? [String: [String: Any]] ?? [:]
            for details in paths.values.compactMap({ $0["post"] as? [String: Any] }) {
                guard
                    let operation = Cast.taking.first(where: {
                        $0.id == details["operationId"] as? String
                    })
                else { continue }
                let body = details["requestBody"] as? [String: Any]
                let content = body?["content"] as? [String: Any]
                let media = content?[MediaType.json] as? [String: Any]
                let named = media?["examples"] as? [String: [String: Any]]
                let example = try #require(
                    media?["example"] ?? named?.values.first?["value"],
                    "\(operation.id)"
                )
                examples[operation] = try JSONSerialization.data(withJSONObject: example)
            }
        }
        #expect(examples.count == Cast.taking.count)
        return examples
    }
}
