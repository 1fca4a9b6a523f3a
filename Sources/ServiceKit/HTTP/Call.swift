package import API
import Crypto
package import Foundation
package import Hummingbird
import NIOCore

/// Nobody in particular: the caller of an anonymous operation.
package struct Anyone: Sendable {}

/// One request to one operation, as a handler gets it. `Who` is `Caller` where a token is needed:
/// a handler for authenticated calls cannot be reached without one.
package struct Call<Who: Sendable>: Sendable {
    package let who: Who
    package let operation: API.Operation
    package let request: Request
    package let context: ServiceContext
    package let clock: Clock
    let contract: Contract
    /// Whether the caller's token was revoked while the request was answered.
    let isRevoked: @Sendable () -> Bool

    /// A request body that fits the operation's schema, with the fingerprint of the whole request.
    package struct Submission<Value: Sendable>: Sendable {
        package let value: Value
        /// SHA-256 over method, path and body.
        package let fingerprint: [UInt8]
    }

    /// The JSON body; throws 400 with every error at once, 413 when it is too large.
    package func body<Value: Decodable & Sendable>(
        _ type: Value.Type = Value.self
    ) async throws -> Submission<Value> {
        let bytes = try await collectBody()
        let json = try JSONText.parse(bytes)
        let errors = contract.bodyErrors(json, for: operation)
        guard errors.isEmpty else {
            throw Problem(
                .invalidRequest,
                "The body does not fit what \(operation.id) takes.",
                errors: errors
            )
        }
        do {
            let value = try json.decoded(as: type)
            return Submission(value: value, fingerprint: fingerprint(bytes))
        } catch {
            // The schema let it pass, so this is a number or a moment outside any use.
            throw Problem(
                .invalidRequest,
                "A value of the body is out of range.",
                errors: [RequestError(pointer: "", detail: "out of range")]
            )
        }
    }

    /// An `application/x-www-form-urlencoded` body; a repeated name is refused (RFC 6749 § 3.2).
    package func form() async throws -> [String: String] {
        let bytes = try await collectBody()
        var fields: [String: String] = [:]
        for pair in String(decoding: bytes, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = parts.map {
                String($0).replacing("+", with: " ").removingPercentEncoding
            }
            guard let name = plain[0], let value = plain.count == 2 ? plain[1] : "" else {
                throw Problem(.invalidRequest, "The form is not percent-encoded properly.")
            }
            guard fields.updateValue(value, forKey: name) == nil else {
                throw Problem.invalid("/\(name)", "given more than once")
            }
        }
        return fields
    }

    /// JSON that came inside another form, held against the named schema of the document; throws
    /// 400 with pointers below `pointer`.
    package func embedded<Value: Decodable>(
        _ bytes: [UInt8],
        as type: Value.Type = Value.self,
        schema: String,
        at pointer: String
    ) throws -> Value {
        let json = try JSONText.parse(bytes)
        let errors = contract.errors(json, schema: schema).map {
            RequestError(pointer: pointer + $0.pointer, detail: $0.detail)
        }
        guard errors.isEmpty else {
            throw Problem(.invalidRequest, "\(schema) does not fit.", errors: errors)
        }
        return try json.decoded(as: type)
    }

    /// The body as it comes; throws 413 when it is too large.
    package func bytes() async throws -> [UInt8] {
        do {
            return try await collectBody()
        } catch is NIOTooManyBytesError {
            throw Problem(
                .payloadTooLarge,
                "At most \(operation.body.maxBytes) bytes are taken here."
            )
        }
    }

    /// A refusal as an answer, for acts that keep something even when they refuse.
    package func reply(_ problem: Problem) -> Reply {
        problem.reply(requestID: context.requestID)
    }

    /// A path parameter that is a UUID; anything else names nothing, hence 404.
    package func id(_ name: String) throws -> UUID {
        guard let text = context.parameters.get(name), let id = Identifier(text) else {
            throw Problem.notFound("resource")
        }
        return id.uuid
    }

    /// A path parameter as text.
    package func text(_ name: String) throws -> String {
        guard let text = context.parameters.get(name) else { throw Problem.notFound("resource") }
        return text
    }

    /// A query parameter, already checked against its schema.
    package func query(_ name: String) -> String? {
        request.uri.queryParameters.get(name)
    }

    /// A query parameter that is a UUID.
    package func queryID(_ name: String) -> UUID? {
        query(name).flatMap { Identifier($0)?.uuid }
    }

    /// A query parameter that is a moment.
    package func queryInstant(_ name: String) -> Instant? {
        query(name).flatMap { Instant($0) }
    }

    /// How many items a page may have: 1…250, 50 unless asked.
    package var limit: Int { query("limit").flatMap { Int($0) } ?? 50 }

    private func collectBody() async throws -> [UInt8] {
        var buffer = try await request.body.collect(upTo: operation.body.maxBytes)
        return buffer.readBytes(length: buffer.readableBytes) ?? []
    }

    private func fingerprint(_ body: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        return [UInt8](hash.finalize())
    }
}

extension Call where Who == Caller {
    package var caller: Caller { who }
}
