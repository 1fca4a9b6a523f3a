package import API
package import FoundationEssentials
package import HTTPTypes
import Hummingbird

/// A refusal on its way to the client, as RFC 9457 problem details.
///
/// Thrown anywhere in a handler; `ProblemMiddleware` shapes the answer. Text carries no data of
/// persons and no value that was sent.
package struct Problem: Error, Sendable {
    package let type: ProblemType
    /// What happened this time.
    package let detail: String
    /// Every error of an invalid request.
    package let errors: [RequestError]?
    package let verdict: LocalityVerdict?
    package let batch: UUID?
    /// Where the next part of a file begins.
    package let offset: Int?
    /// The RFC 6749 section 5.2 code, from the token endpoint only.
    package let oauthError: String?
    /// Headers that go with it, such as `Allow` and `Retry-After`.
    package let headers: HTTPFields

    package init(
        _ type: ProblemType,
        _ detail: String,
        errors: [RequestError]? = nil,
        verdict: LocalityVerdict? = nil,
        batch: UUID? = nil,
        offset: Int? = nil,
        oauthError: String? = nil,
        headers: HTTPFields = [:]
    ) {
        self.type = type
        self.detail = detail
        self.errors = errors
        self.verdict = verdict
        self.batch = batch
        self.offset = offset
        self.oauthError = oauthError
        self.headers = headers
    }

    /// 404 for what is unknown or not the caller's; which of the two is not told.
    package static func notFound(_ what: String) -> Problem {
        Problem(.notFound, "There is no such \(what), or it is not yours.")
    }

    /// 400 for one wrong member; `pointer` as in RFC 6901.
    package static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .invalidRequest,
            "One value is not right.",
            errors: [RequestError(pointer: pointer, detail: detail)]
        )
    }

    /// 503 that names when to come back, in seconds.
    package static func unavailable(_ detail: String, retryAfter seconds: Int = 2) -> Problem {
        Problem(
            .serviceUnavailable,
            detail,
            headers: [.retryAfter: String(seconds)]
        )
    }

    /// 431 for a head that nobody wants to read.
    static let headTooLarge = Problem(
        .headTooLarge,
        "The head of a request has at most \(GuardedChannel.mostHeadBytes) bytes in "
            + "\(GuardedChannel.mostFields) fields."
    )

    /// The same problem of a token request that cannot be read (RFC 6749 section 5.2).
    package var asOAuth: Problem {
        Problem(
            type,
            detail,
            errors: errors,
            oauthError: oauthError ?? "invalid_request",
            headers: headers
        )
    }

    /// Whether asking again with the same key gives the same answer: what the rules refused.
    package var isFinal: Bool { [404, 409, 422].contains(type.status) }

    /// The answer, naming the request.
    func reply(requestID: Identifier) -> Reply {
        let details = ProblemDetails(
            type,
            detail: detail,
            instance: "urn:uuid:\(requestID)",
            errors: errors,
            verdict: verdict,
            batchId: batch.map(Identifier.init),
            offset: offset,
            error: oauthError,
            errorDescription: oauthError == nil ? nil : detail
        )
        return Reply(
            status: .init(code: type.status),
            contentType: MediaType.problem,
            body: WireJSON.bytes(details),
            headers: headers
        )
    }
}

extension HTTPField.Name {
    package static let idempotencyKey = Self("Idempotency-Key")!
    package static let idempotencyReplayed = Self("Idempotency-Replayed")!
    package static let dpop = Self("DPoP")!
    package static let dpopNonce = Self("DPoP-Nonce")!
    package static let requestID = Self("X-Request-Id")!
    package static let traceParent = Self("traceparent")!
    package static let apiVersion = Self("API-Version")!
    package static let lastEventID = Self("Last-Event-ID")!
    package static let contentCRS = Self("Content-Crs")!
    package static let duplicate = Self("Wijkmunt-Duplicate")!
}
