package import API
package import Foundation
import Glibc
import ServiceKit
import Synchronization

/// The software of a shop, as far as it hears of events: answers requests on this machine as it is
/// told to, and remembers them.
package final class WebhookReceiver: Sendable {
    /// One request.
    package struct Message: Sendable {
        package let path: String
        /// Names in lower case.
        package let headers: [String: String]
        package let body: Data

        /// The event in it.
        package func event() throws -> MerchantEvent {
            try JSONDecoder().decode(MerchantEvent.self, from: body)
        }

        /// Whether one of the signatures is of this secret.
        package func isSigned(with secret: String) -> Bool {
            guard let secret = WebhookSecret(secret), let id = headers["webhook-id"],
                let timestamp = headers["webhook-timestamp"].flatMap({ Int64($0) })
            else { return false }
            let expected = secret.signature(id: id, timestamp: timestamp, body: Array(body))
            return headers["webhook-signature"]?.split(separator: " ")
                .contains { $0 == expected } ?? false
        }
    }

    /// What is answered to a request; a status of 0 is no answer at all.
    package struct Answer: Sendable {
        let status: Int
        let headers: [String: String]

        package init(_ status: Int, headers: [String: String] = [:]) {
            self.status = status
            self.headers = headers
        }
    }

    /// `http://127.0.0.1:…`, without a path.
    package let url: String
    private let listener: Int32
    private let messages = Mutex<[Message]>([])
    private let answer: Mutex<@Sendable (Message) -> Answer>

    /// Listens from now on, until `stop`; `answer` may block.
    package init(answer: @escaping @Sendable (Message) -> Answer = { _ in Answer(204) }) throws {
        self.answer = Mutex(answer)
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
        Thread.detachNewThread { [self] in accept() }
    }

    /// Everything that came so far, in the order in which it was read.
    package var received: [Message] { messages.withLock { $0 } }

    /// The events that came so far.
    package func events() throws -> [MerchantEvent] { try received.map { try $0.event() } }

    /// Answers otherwise from now on.
    package func answers(_ answer: @escaping @Sendable (Message) -> Answer) {
        self.answer.withLock { $0 = answer }
    }

    /// Takes no more connections.
    package func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { break }
            Thread.detachNewThread { [self] in serve(client) }
        }
        close(listener)
    }

    private func serve(_ client: Int32) {
        defer { close(client) }
        guard let message = read(client) else { return }
        messages.withLock { $0.append(message) }
        let given = answer.withLock { $0 }(message)
        guard given.status > 0 else { return }
        var head = "HTTP/1.1 \(given.status) -\r\nContent-Length: 0\r\nConnection: close\r\n"
        for (name, value) in given.headers { head += "\(name): \(value)\r\n" }
        let bytes = Array((head + "\r\n").utf8)
        _ = bytes.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    }

    private func read(_ client: Int32) -> Message? {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let end = Data("\r\n\r\n".utf8)
        while true {
            if let found = data.range(of: end) {
                let lines = String(decoding: data[..<found.lowerBound], as: UTF8.self)
                    .split(separator: "\r\n")
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    headers[parts[0].lowercased()] =
                        parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
                }
                let body = data[found.upperBound...]
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if body.count >= length {
                    let path = lines.first?.split(separator: " ").dropFirst().first
                    return Message(
                        path: path.map(String.init) ?? "",
                        headers: headers,
                        body: Data(body)
                    )
                }
            }
            let count = Glibc.read(client, &buffer, buffer.count)
            guard count > 0 else { return nil }
            data += buffer[..<count]
        }
    }
}

extension TestShop {
    /// Has events sent to a receiver.
    package func webhook(
        to url: String,
        types: [String]? = nil
    ) async throws -> Webhook {
        try await owner.call(
            .registerWebhook,
            body: WebhookRegistration(url: url, types: types)
        ).decode(Webhook.self)
    }

    /// A webhook as it is now.
    package func webhook(_ id: Identifier) async throws -> Webhook {
        try await owner.call(.getWebhook, ["webhookId": "\(id)"]).decode(Webhook.self)
    }

    /// What was sent to a webhook, the latest first.
    package func deliveries(to id: Identifier) async throws -> [WebhookDelivery] {
        try await owner.call(
            .listWebhookDeliveries,
            ["webhookId": "\(id)"],
            query: "limit=250"
        ).decode(Page<WebhookDelivery>.self).items
    }
}
