/// An error answer, `application/problem+json` (RFC 9457).
package struct ProblemDetails: Codable, Hashable, Sendable {
    /// The stable URI of the kind of problem; `ProblemType.uri`.
    package var type: String
    /// The kind of problem in a few words, the same every time.
    package var title: String
    /// The HTTP status.
    package var status: Int
    /// What happened this time; without personal data.
    package var detail: String
    /// The request id, as `urn:uuid:…`.
    package var instance: String
    /// Every error of the request, for `invalid-request` and its like.
    package var errors: [RequestError]?
    /// The judgement about place, for `locality-refused`.
    package var verdict: LocalityVerdict?
    /// The batch that already has this message id, for `message-id-reused`.
    package var batchId: Identifier?
    /// Where the next part of a file begins, for `upload-offset` and `upload-incomplete`.
    package var offset: Int?
    /// The RFC 6749 §5.2 error code, from the token endpoint only.
    package var error: String?
    /// The RFC 6749 §5.2 description, from the token endpoint only.
    package var errorDescription: String?

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, instance, errors, verdict, batchId, offset, error
        case errorDescription = "error_description"
    }

    /// Creates a problem of a known type.
    package init(
        _ type: ProblemType,
        detail: String,
        instance: String,
        errors: [RequestError]? = nil,
        verdict: LocalityVerdict? = nil,
        batchId: Identifier? = nil,
        offset: Int? = nil,
        error: String? = nil,
        errorDescription: String? = nil
    ) {
        self.type = type.uri
        self.title = type.title
        self.status = type.status
        self.detail = detail
        self.instance = instance
        self.errors = errors
        self.verdict = verdict
        self.batchId = batchId
        self.offset = offset
        self.error = error
        self.errorDescription = errorDescription
    }

    /// The type, when it is one of ours; nil for `about:blank` and strangers.
    package var problemType: ProblemType? {
        guard type.hasPrefix(ProblemType.base) else { return nil }
        return ProblemType(rawValue: String(type.dropFirst(ProblemType.base.count)))
    }
}

/// One error in a request.
package struct RequestError: Codable, Hashable, Sendable {
    /// Where, as an RFC 6901 pointer into the body (`/amount/value`), or `?limit` for a query
    /// parameter, or `Idempotency-Key` for a header.
    package var pointer: String
    /// What is wrong, and what would be right; never the value itself.
    package var detail: String

    /// Creates an error.
    package init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}
