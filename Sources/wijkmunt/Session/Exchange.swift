import API
import AsyncHTTPClient
import FoundationEssentials
import LocalStack
import NIOCore
import NIOHTTP1

/// The whole answer of a service.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    let operation: API.Operation

    /// The value of a header; nil without it.
    func header(_ name: String) -> String? { headers.first(name: name) }

    /// Reads the body as JSON.
    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw CommandFailure(
                "the answer to \(operation.id) is not as documented: \(error)"
            )
        }
    }
}

/// One request and its answer.
enum Exchange {
    /// How requests are authorized, one attempt at a time.
    struct Authorization: Sendable {
        /// The request with what authorizes it this once.
        let apply: @Sendable (HTTPClientRequest) async throws -> HTTPClientRequest
        /// Whether an answer only asked for a new nonce, which the next attempt will have.
        let isRenewed: @Sendable (Answer) async -> Bool
    }

    /// Settlement files and status reports of the largest batches.
    static let largestAnswer = 512 * 1024 * 1024
    private static let retries = 5
    private static let longestPause: Double = 10

    /// The client of all requests; trusts what WIJKMUNT_ROOT_CERTIFICATE_FILE names, if anything.
    static let client = Result<HTTPClient, any Error> {
        let file = ProcessInfo.processInfo.environment["WIJKMUNT_ROOT_CERTIFICATE_FILE"]
        guard let file, !file.isEmpty else { return .shared }
        do {
            return try TrustedRoots.client(file)
        } catch {
            throw CommandFailure("WIJKMUNT_ROOT_CERTIFICATE_FILE has no certificates: \(file)")
        }
    }

    /// Sends a request and collects the answer. A service that is busy (503 or 429 with
    /// Retry-After) is asked again a few times; writes carry an idempotency key, so asking twice is safe.
    /// Throws `Refusal` for every answer but 2xx.
    ///
    /// - Parameters:
    ///   - authorization: of every attempt; `nil` for anonymous operations.
    ///   - file: takes the body of a good answer, of any size; the answer has none then.
    static func send(
        _ request: HTTPClientRequest,
        operation: API.Operation,
        authorization: Authorization? = nil,
        timeout: TimeAmount = .seconds(60),
        to file: DownloadFile? = nil
    ) async throws -> Answer {
        var attempt = 0
        while true {
            attempt += 1
            let answer = try await execute(
                authorization?.apply(request) ?? request,
                operation: operation,
                timeout: timeout,
                to: file
            )
            if let authorization, await authorization.isRenewed(answer), attempt <= retries {
                continue
            }
            if [429, 503].contains(answer.status), attempt <= retries,
                let text = answer.headers.first(name: "Retry-After"), let seconds = Double(text)
            {
                let pause = min(max(seconds, 0.1), longestPause)
                try await Task.sleep(for: .seconds(pause))
                continue
            }
            guard (200..<300).contains(answer.status) else { throw refusal(answer) }
            return answer
        }
    }

    private static func execute(
        _ request: HTTPClientRequest,
        operation: API.Operation,
        timeout: TimeAmount,
        to file: DownloadFile?
    ) async throws -> Answer {
        let client = try client.get()
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body: ByteBuffer
            if let file, (200..<300).contains(response.status.code) {
                for try await piece in response.body { try file.write(piece) }
                body = ByteBuffer()
            } else {
                body = try await response.body.collect(upTo: largestAnswer)
            }
            return Answer(
                status: Int(response.status.code),
                headers: response.headers,
                body: Array(body.readableBytesView),
                operation: operation
            )
        } catch let failure as CommandFailure {
            throw failure
        } catch let error where !(error is CancellationError) {
            throw CommandFailure(
                "\(operation.id): no answer from \(request.url): \(error)\n"
                    + "  Is `wijkmunt up` running?"
            )
        }
    }

    /// Reads what went wrong out of an answer.
    static func refusal(_ answer: Answer) -> Refusal {
        let problem = try? JSONDecoder().decode(ProblemDetails.self, from: Data(answer.body))
        return Refusal(
            operation: answer.operation.id,
            status: answer.status,
            problem: problem,
            requestID: answer.headers.first(name: "X-Request-Id") ?? problem?.instance
        )
    }
}
