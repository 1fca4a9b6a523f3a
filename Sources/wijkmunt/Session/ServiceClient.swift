import API
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Calls operations of the services as one client, or as nobody for anonymous operations.
struct ServiceClient: Sendable {
    let urls: ServiceURLs
    private let tokens: TokenSource?

    /// Calls as the client with this key.
    init(
        urls: ServiceURLs,
        clientId: Identifier,
        key: SigningKey,
        mandate: Identifier? = nil
    ) {
        self.urls = urls
        tokens = TokenSource(
            accounts: urls.accounts,
            grant: .client(clientId),
            key: key,
            mandate: mandate
        )
    }

    /// Calls as the official who has this token, which is bound to the key.
    init(urls: ServiceURLs, held: HeldToken, key: SigningKey) {
        self.urls = urls
        tokens = TokenSource(accounts: urls.accounts, grant: .held(held), key: key)
    }

    /// Calls anonymously.
    init(urls: ServiceURLs) {
        self.urls = urls
        tokens = nil
    }

    /// What a request sends.
    enum Body: Sendable {
        case none
        case json(any Encodable & Sendable)
        /// Streamed from disk: XML, or CSV or JSON where the name ends so.
        case xmlFile(UploadFile)
        /// A part of a file.
        case bytes([UInt8])
    }

    /// Calls an operation and reads its JSON answer.
    ///
    /// - Parameters:
    ///   - path: the values of the parameters in braces.
    ///   - query: those that are nil are left out.
    ///   - idempotencyKey: random when nil; the same for all attempts.
    func call<T: Decodable>(
        _ operation: API.Operation,
        path: [String: String] = [:],
        query: [(String, String?)] = [],
        body: (any Encodable & Sendable)? = nil,
        idempotencyKey: String? = nil,
        as type: T.Type = T.self
    ) async throws -> T {
        try await answer(
            operation,
            path: path,
            query: query,
            body: body.map(Body.json) ?? .none,
            idempotencyKey: idempotencyKey
        ).decode(type)
    }

    /// Calls an operation and returns its answer as it came.
    func answer(
        _ operation: API.Operation,
        path: [String: String] = [:],
        query: [(String, String?)] = [],
        body: Body = .none,
        idempotencyKey: String? = nil,
        timeout: TimeAmount = .seconds(60),
        to file: DownloadFile? = nil
    ) async throws -> Answer {
        var request = try request(operation, path: path, query: query)
        if operation.idempotent {
            request.headers.add(
                name: "Idempotency-Key",
                value: idempotencyKey ?? UUID().uuidString.lowercased()
            )
        }
        switch body {
        case .none: break
        case .json(let value):
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            request.headers.add(name: "Content-Type", value: MediaType.json)
            request.body = .bytes(ByteBuffer(bytes: try encoder.encode(value)))
        case .xmlFile(let file):
            request.headers.add(name: "Content-Type", value: file.mediaType)
            request.body = file.body
        case .bytes(let bytes):
            request.headers.add(name: "Content-Type", value: MediaType.bytes)
            request.body = .bytes(ByteBuffer(bytes: bytes))
        }
        return try await Exchange.send(
            request,
            operation: operation,
            authorization: tokens.map { tokens in
                Exchange.Authorization(
                    apply: { try await tokens.authorized($0) },
                    isRenewed: { await tokens.learn(from: $0.headers) }
                )
            },
            timeout: timeout,
            to: file
        )
    }

    /// Prints what an operation answers, or writes it to a file, of any size.
    func deliver(
        _ operation: API.Operation,
        path: [String: String],
        query: [(String, String?)] = [],
        to name: String?
    ) async throws {
        let file = try name.map(DownloadFile.init)
        let answer = try await answer(
            operation,
            path: path,
            query: query,
            timeout: .minutes(15),
            to: file
        )
        guard let file else { return print(String(decoding: answer.body, as: UTF8.self)) }
        try file.finish()
    }

    /// Opens an event stream; its events end when the service closes it.
    func events(
        _ operation: API.Operation,
        path: [String: String] = [:],
        query: [(String, String?)] = [],
        after last: String? = nil
    ) async throws -> ServerSentEvents {
        var request = try request(operation, path: path, query: query)
        if let last { request.headers.add(name: "Last-Event-ID", value: last) }
        var response = try await open(request)
        if let tokens, response.status == .unauthorized,
            await tokens.learn(from: response.headers)
        {
            response = try await open(request)
        }
        guard response.status == .ok else {
            let body = try await response.body.collect(upTo: 1_048_576)
            throw Exchange.refusal(
                Answer(
                    status: Int(response.status.code),
                    headers: response.headers,
                    body: Array(body.readableBytesView),
                    operation: operation
                )
            )
        }
        return ServerSentEvents(body: response.body)
    }

    private func request(
        _ operation: API.Operation,
        path: [String: String],
        query: [(String, String?)]
    ) throws -> HTTPClientRequest {
        var place = operation.path
        for (name, value) in path {
            place = place.replacing("{\(name)}", with: percentEncoded(value))
        }
        precondition(!place.contains("{"), "\(operation.id) has another path parameter")
        let terms = query.compactMap { name, value in
            value.map { "\(name)=\(percentEncoded($0))" }
        }
        let suffix = terms.isEmpty ? "" : "?" + terms.joined(separator: "&")
        var request = HTTPClientRequest(url: urls.base(of: operation) + place + suffix)
        request.method = .RAW(value: operation.method.rawValue)
        request.headers.add(
            name: "Accept",
            value: "\(operation.produces), \(MediaType.problem)"
        )
        return request
    }

    private func open(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        try await Exchange.client.get().execute(
            tokens?.authorized(request) ?? request,
            timeout: .minutes(15)
        )
    }
}
