import API
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Postgres

/// The outermost layer: every error becomes a problem, every answer gets its headers.
///
/// Faults are logged once, with the request id, and answered without detail.
struct ProblemMiddleware: RouterMiddleware {
    let operations: OperationTable
    let metrics: RequestMetrics
    let limits: RequestLimits
    let allowedOrigins: Set<String>
    let nonces: ProofNonces
    /// On every answer; no handler sets one of them.
    private static let constantHeaders = [
        HTTPField(name: .apiVersion, value: "1.0.0"),
        HTTPField(name: .contentSecurityPolicy, value: "frame-ancestors 'none'"),
        HTTPField(name: .strictTransportSecurity, value: "max-age=31536000"),
        HTTPField(name: .xContentTypeOptions, value: "nosniff"),
        HTTPField(name: .init("X-Frame-Options")!, value: "DENY"),
    ]
    // Cursors and filters take less than a tenth of it.
    private static let mostURIBytes = 8192

    init(
        operations: OperationTable,
        metrics: RequestMetrics,
        limits: RequestLimits,
        allowedOrigins: Set<String>,
        nonces: ProofNonces
    ) {
        self.operations = operations
        self.metrics = metrics
        self.limits = limits
        self.allowedOrigins = allowedOrigins
        self.nonces = nonces
    }

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        var context = context
        context.clientAddress = limits.proxies.client(
            of: request,
            connection: context.remoteAddress.flatMap(NetworkAddress.init)
        )
        var response: Response
        do {
            try limits.countAddress(context)
            try refuseOddPath(request)
            response = try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            response = unknownRoute(request).reply(requestID: context.requestID).response
        } catch {
            response =
                problem(for: error, request, context)
                .reply(requestID: context.requestID).response
        }
        // Refusals too: a body after HEAD would be read as the next answer (RFC 9110 section 9.3.2).
        if request.method == .head { response = response.createHeadResponse() }
        addHeaders(to: &response, request, context)
        metrics.record(
            route: context.endpointPath ?? "unknown",
            method: request.method.rawValue,
            status: response.status.code,
            duration: started.duration(to: .now)
        )
        if response.status.code >= 500 {
            context.logger.error("answered \(response.status.code)")
        }
        return response
    }

    private func refuseOddPath(_ request: Request) throws {
        guard request.uri.string.utf8.count <= Self.mostURIBytes else {
            throw Problem(.uriTooLong, "An address has at most \(Self.mostURIBytes) bytes.")
        }
        let path = request.uri.path.utf8
        let slash = UInt8(ascii: "/")
        let isOdd = zip(path, path.dropFirst()).contains { $0 == slash && $1 == slash }
        // A trailing slash names nothing (NLgov API Design Rules /core/no-trailing-slash).
        if path.count > 1 && (path.last == slash || isOdd) {
            throw HTTPError(.notFound)
        }
    }

    private func unknownRoute(_ request: Request) -> Problem {
        let allowed = operations.methods(at: request.uri.path)
        guard !allowed.isEmpty else {
            return Problem(.notFound, "There is no such address here.")
        }
        // A CORS preflight is answered by the headers below; the rest is a wrong method.
        return Problem(
            .methodNotAllowed,
            "Use one of: \(allowed.joined(separator: ", ")).",
            headers: [.allow: allowed.joined(separator: ", ")]
        )
    }

    private func problem(
        for error: any Error,
        _ request: Request,
        _ context: ServiceContext
    ) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case PostgresError.outcomeUnknown where request.headers[.idempotencyKey] != nil:
            context.logger.error("outcome unknown")
            return Problem(
                .outcomeUnknown,
                "It may have happened. Ask again with the same Idempotency-Key.",
                headers: [.retryAfter: "1"]
            )
        case let error as PostgresError: return problem(for: error, context)
        case let error as HTTPError where error.status.code == 413:
            return Problem(.payloadTooLarge, "The body is too large.")
        case let error as HTTPError where error.status.kind == .clientError:
            return Problem(.invalidRequest, "The request cannot be read.")
        case is HTTPParserError:
            return Problem(.invalidRequest, "The body is not HTTP.")
        case is CancellationError:
            return .unavailable("The service is shutting down.")
        default:
            context.logger.error("fault", metadata: ["error": "\(String(reflecting: error))"])
            return Problem(.internalError, "Something broke here. Quote the request id.")
        }
    }

    private func problem(for error: PostgresError, _ context: ServiceContext) -> Problem {
        context.logger.error("database fault", metadata: ["error": "\(error)"])
        switch error {
        case .unavailable, .closed:
            return .unavailable("The database is away for a moment.")
        case .overloaded:
            return .unavailable("Too much work at once.", retryAfter: 1)
        case .outcomeUnknown:
            return .unavailable("The connection to the database broke.", retryAfter: 1)
        case .server(let server) where server.isTransient:
            return .unavailable("The database is busy.", retryAfter: 1)
        case .server, .decoding:
            return Problem(.internalError, "Something broke here. Quote the request id.")
        }
    }

    private func addHeaders(
        to response: inout Response,
        _ request: Request,
        _ context: ServiceContext
    ) {
        response.headers[.requestID] = context.requestID.description
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        response.headers.append(contentsOf: Self.constantHeaders)
        context.account.addHeaders(to: &response.headers)
        if let trace = request.headers[.traceParent] { response.headers[.traceParent] = trace }
        // Refusals too: most of all the one for a nonce that is missing (RFC 9449 section 8.2).
        if request.headers[.dpop] != nil { response.headers[.dpopNonce] = nonces.current }
        allowOrigin(request, &response)
    }

    /// The document may be read by any web page, the rest by pages of the origins that are set.
    private func allowOrigin(_ request: Request, _ response: inout Response) {
        guard let origin = request.headers[.origin] else { return }
        let isPublic = request.uri.path == "/v1/openapi.json"
        guard isPublic || allowedOrigins.contains(origin) else { return }
        response.headers[.accessControlAllowOrigin] = isPublic ? "*" : origin
        if !isPublic { response.headers[.vary] = "Origin" }
        response.headers[.accessControlExposeHeaders] =
            "API-Version, Content-Crs, DPoP-Nonce, Idempotency-Replayed, Link, Location, RateLimit, "
            + "RateLimit-Policy, Retry-After, WWW-Authenticate, Wijkmunt-Duplicate, X-Request-Id"
        guard request.method == .options, response.status == .methodNotAllowed else { return }
        response.headers[.accessControlAllowMethods] = "GET, HEAD, POST"
        response.headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, DPoP, Idempotency-Key, Last-Event-ID, traceparent"
        response.headers[.contentType] = nil
        response = Response(status: .noContent, headers: response.headers)
    }
}

extension ProblemMiddleware {
    /// The answer to something that is no request, after which the connection ends.
    static func answerWithoutRequest(_ problem: Problem) -> (head: HTTPResponse, body: ByteBuffer) {
        let requestID = Identifier(Clock.system.newID())
        let reply = problem.reply(requestID: requestID)
        var headers = reply.headers
        headers[.contentType] = reply.contentType
        headers[.contentLength] = String(reply.body.count)
        headers[.connection] = "close"
        headers[.cacheControl] = "no-store"
        headers[.requestID] = requestID.description
        headers.append(contentsOf: constantHeaders)
        let head = HTTPResponse(status: reply.status, headerFields: headers)
        return (head, ByteBuffer(bytes: reply.body))
    }
}

extension ServerError {
    /// Timeouts, shutdowns, lost races and lack of resources: the same request may pass later.
    var isTransient: Bool {
        ["40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03"].contains(sqlState)
            || sqlState.hasPrefix("53")
    }
}

/// Which methods an address takes.
struct OperationTable: Sendable {
    let operations: [Operation]

    /// In documented order, with HEAD after GET; empty where the address is unknown.
    func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        return operations.filter { operation in
            let pattern = operation.path.split(separator: "/", omittingEmptySubsequences: false)
            return pattern.count == segments.count
                && zip(pattern, segments).allSatisfy {
                    $0 == $1 || $0.hasPrefix("{") && !$1.isEmpty
                }
        }.flatMap { operation -> [String] in
            operation.method == .get ? ["GET", "HEAD"] : [operation.method.rawValue]
        }
    }
}
