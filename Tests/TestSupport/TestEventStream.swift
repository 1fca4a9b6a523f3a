package import API
package import AsyncHTTPClient
import Foundation
package import NIOCore
import NIOHTTP1

/// One event as it came.
package struct HeardEvent: Equatable, Sendable {
    package let id: String
    package let name: String
    package let data: String
}

/// What came of a stream so far, in pieces of any size.
package final class HeardText {
    private var pending = ""

    package init() {}

    /// The events that are complete with this piece; comments are left out.
    package func add(_ chunk: ByteBuffer) -> [HeardEvent] {
        pending += String(buffer: chunk)
        var heard: [HeardEvent] = []
        while let end = pending.firstRange(of: "\n\n") {
            let lines = pending[..<end.lowerBound].split(separator: "\n")
            pending.removeSubrange(..<end.upperBound)
            func value(_ name: String) -> String? {
                lines.first { $0.hasPrefix("\(name): ") }
                    .map { String($0.dropFirst(name.count + 2)) }
            }
            if let id = value("id"), let name = value("event"), let data = value("data") {
                heard.append(HeardEvent(id: id, name: name, data: data))
            }
        }
        return heard
    }
}

extension TestClient {
    /// Opens a stream and hears so many events after its start.
    package func hear(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        after last: String?,
        until count: Int
    ) async throws -> [HeardEvent] {
        let response = try await open(operation, path, after: last, query: "seconds=600")
        let text = HeardText()
        var heard: [HeardEvent] = []
        for try await chunk in response.body {
            heard += text.add(chunk)
            if heard.count > count { break }
        }
        return heard
    }

    /// Everything that a stream of one second tells.
    package func hearBriefly(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        after last: String
    ) async throws -> [HeardEvent] {
        let response = try await open(operation, path, after: last, query: "seconds=1")
        let text = HeardText()
        var heard: [HeardEvent] = []
        for try await chunk in response.body { heard += text.add(chunk) }
        return heard
    }

    /// Opens a stream. Throws when it is refused.
    package func open(
        _ operation: API.Operation,
        _ path: [String: String] = [:],
        after last: String? = nil,
        query: String
    ) async throws -> HTTPClientResponse {
        let address = path.reduce(operation.path) { $0.replacing("{\($1.key)}", with: $1.value) }
        let url = base(of: operation) + "\(address)?\(query)"
        var request = HTTPClientRequest(url: url)
        let token = try await accessToken()
        for (name, value) in try credentials(token, method: "GET", url: url) {
            request.headers.add(name: name, value: value)
        }
        if let last { request.headers.add(name: "Last-Event-ID", value: last) }
        let response = try await RawHTTP.client.execute(request, timeout: .seconds(180))
        guard response.status == .ok,
            response.headers.first(name: "Content-Type") == MediaType.events
        else { throw StreamRefused(status: response.status) }
        return response
    }
}

/// A stream that did not open.
package struct StreamRefused: Error {
    let status: HTTPResponseStatus
}
