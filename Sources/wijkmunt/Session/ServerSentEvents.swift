import AsyncHTTPClient
import NIOCore

/// The events of a stream (HTML standard, "Server-sent events"): only `event` and `data` matter
/// here, comments keep the connection alive.
struct ServerSentEvents: AsyncSequence, Sendable {
    struct Event: Sendable {
        let name: String
        let data: String
    }

    let body: HTTPClientResponse.Body

    func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        var pieces: HTTPClientResponse.Body.AsyncIterator
        private var pending: [UInt8] = []

        init(pieces: HTTPClientResponse.Body.AsyncIterator) {
            self.pieces = pieces
        }

        mutating func next() async throws -> Event? {
            var (name, data): (String, [String]) = ("message", [])
            while let line = try await nextLine() {
                if line.isEmpty {
                    if !data.isEmpty {
                        return Event(name: name, data: data.joined(separator: "\n"))
                    }
                    name = "message"
                } else if let value = Self.value(of: "event", in: line) {
                    name = value
                } else if let value = Self.value(of: "data", in: line) {
                    data.append(value)
                }
            }
            return nil
        }

        private mutating func nextLine() async throws -> String? {
            while true {
                if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    var line = pending[..<end]
                    if line.last == UInt8(ascii: "\r") { line.removeLast() }
                    let text = String(decoding: line, as: UTF8.self)
                    pending.removeSubrange(...end)
                    return text
                }
                guard let piece = try await pieces.next() else { return nil }
                pending += piece.readableBytesView
            }
        }

        private static func value(of field: String, in line: String) -> String? {
            guard line.hasPrefix(field + ":") else { return nil }
            let rest = line.dropFirst(field.count + 1)
            return String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
        }
    }
}
