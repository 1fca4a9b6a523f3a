package import API
package import AsyncHTTPClient
package import Foundation
import NIOCore
import NIOHTTP1

/// What came back.
package struct TestAnswer: Sendable {
    package let status: Int
    package let headers: [String: String]
    package let body: Data

    /// The body as a value; throws when it is something else.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: body)
        } catch {
            throw UnexpectedAnswer(status: status, text: text, wanted: "\(Value.self)")
        }
    }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The problem that was answered; `nil` when it is none of ours.
    package var problem: ProblemDetails? {
        guard headers["content-type"] == MediaType.problem else { return nil }
        return try? JSONDecoder().decode(ProblemDetails.self, from: body)
    }

    /// The kind of problem.
    package var problemType: ProblemType? { problem?.problemType }

    /// After how many seconds the service wants to be asked again, where it did nothing.
    var comeBackIn: Int? {
        problemType == .serviceUnavailable ? headers["retry-after"].flatMap { Int($0) } : nil
    }
}

/// An answer that a test did not expect.
package struct UnexpectedAnswer: Error, CustomStringConvertible {
    let status: Int
    let text: String
    let wanted: String
    package var description: String { "wanted \(wanted), got \(status): \(text.prefix(2000))" }
}

/// HTTP without any help, so that tests can send what no client would.
package enum RawHTTP {
    /// For answers that are read as they come. A signed request that waited for a connection behind
    /// slow ones would arrive with a proof that is too old, so there are many. They are given up
    /// sooner than services do: no request goes out on one that is being closed.
    package static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: configuration
    )

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 256
        configuration.connectionPool.idleTimeout = .seconds(5)
        configuration.timeout.read = .seconds(180)
        return configuration
    }

    /// Sends a request and collects the answer.
    package static func send(
        method: String,
        url: String,
        headers: [String: String] = [:],
        body: Data? = nil
    ) async throws -> TestAnswer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await client.execute(request, timeout: .seconds(180))
        let collected = try await response.body.collect(upTo: 64 << 20)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        return TestAnswer(
            status: Int(response.status.code),
            headers: fields,
            body: Data(collected.readableBytesView)
        )
    }
}
