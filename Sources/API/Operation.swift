/// One operation of one service, as its OpenAPI document describes it.
///
/// Routes, authorization, clients and tests all read this table, so that a path or a scope is
/// written once; a test holds it against the documents in both directions.
package struct Operation: Hashable, Sendable {
    /// The `operationId`, equal to the name of the handler.
    package let id: String
    /// The method.
    package let method: HTTPMethodName
    /// The whole path with parameters in braces, such as `/v1/coins/{coinCode}`.
    package let path: String
    /// Who may call.
    package let access: Access
    /// The body that the operation takes.
    package let body: BodyKind
    /// Whether the `Idempotency-Key` header is required.
    package let idempotent: Bool
    /// The status of the usual answer, 200, 201 or 202.
    package let success: Int
    /// The media type of the usual answer.
    package let produces: String

    /// Describes an operation that answers 200 with JSON and takes no body, unless told otherwise.
    package init(
        id: String,
        method: HTTPMethodName,
        path: String,
        access: Access,
        body: BodyKind = .none,
        idempotent: Bool = false,
        success: Int = 200,
        produces: String = MediaType.json
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.access = access
        self.body = body
        self.idempotent = idempotent
        self.success = success
        self.produces = produces
    }
}

/// The methods that our operations use; HEAD follows from GET.
package enum HTTPMethodName: String, CaseIterable, Hashable, Sendable {
    /// Reads.
    case get = "GET"
    /// Creates, moves, or performs.
    case post = "POST"
    /// Replaces.
    case put = "PUT"
    /// Changes parts.
    case patch = "PATCH"
    /// Removes.
    case delete = "DELETE"
}

/// Who may call an operation; ownership of the object is judged after this.
package enum Access: Hashable, Sendable {
    /// Everybody, without a token.
    case anonymous
    /// A caller whose token carries at least one of these scopes.
    case anyOf([Scope])
}

/// The body that an operation takes; a larger one is answered with 413.
package enum BodyKind: Hashable, Sendable {
    /// No body.
    case none
    /// `application/json` of at most this many bytes.
    case json(maxBytes: Int)
    /// `application/x-www-form-urlencoded` of at most this many bytes.
    case form(maxBytes: Int)
    /// `application/xml` of at most this many bytes, read as a stream.
    case xml(maxBytes: Int)
    /// A payment file, `application/xml`, `text/csv` or `application/json`, of at most this many bytes,
    /// read as a stream.
    case paymentFile(maxBytes: Int)
    /// A part of a file, `application/octet-stream` of at most this many bytes.
    case bytes(maxBytes: Int)

    /// JSON of the usual size, at most 64 KiB.
    package static let json = BodyKind.json(maxBytes: 65_536)

    /// The media type that `Content-Type` usually has; nil without a body.
    package var mediaType: String? { mediaTypes.first }

    /// The media types of which `Content-Type` must have one; none without a body.
    package var mediaTypes: [String] {
        switch self {
        case .none: []
        case .json: [MediaType.json]
        case .form: [MediaType.form]
        case .xml: [MediaType.xml]
        case .paymentFile: [MediaType.xml, MediaType.csv, MediaType.json]
        case .bytes: [MediaType.bytes]
        }
    }

    /// Whether the body is read while it arrives.
    package var isStreamed: Bool {
        switch self {
        case .none, .json, .form: false
        case .xml, .paymentFile, .bytes: true
        }
    }

    /// The largest body in bytes; 0 without a body.
    package var maxBytes: Int {
        switch self {
        case .none: 0
        case .json(let maxBytes), .form(let maxBytes), .xml(let maxBytes),
            .paymentFile(let maxBytes), .bytes(let maxBytes):
            maxBytes
        }
    }
}

/// The media types of our requests and answers.
package enum MediaType {
    /// RFC 8259.
    package static let json = "application/json"
    /// RFC 9457, every error.
    package static let problem = "application/problem+json"
    /// RFC 7946.
    package static let geoJSON = "application/geo+json"
    /// The body of a token request (RFC 6749 §4.4.2).
    package static let form = "application/x-www-form-urlencoded"
    /// RFC 4180.
    package static let csv = "text/csv"
    /// ISO 32000.
    package static let pdf = "application/pdf"
    /// ISO 20022 messages.
    package static let xml = "application/xml"
    /// Bytes that say nothing of themselves.
    package static let bytes = "application/octet-stream"
    /// ISO/IEC 15948.
    package static let png = "image/png"
    /// Scalable Vector Graphics.
    package static let svg = "image/svg+xml"
    /// A page for people.
    package static let html = "text/html"
    /// Server-sent events.
    package static let events = "text/event-stream"
    /// Plain text.
    package static let text = "text/plain"
    /// Prometheus text format 0.0.4.
    package static let metrics = "text/plain"
}
