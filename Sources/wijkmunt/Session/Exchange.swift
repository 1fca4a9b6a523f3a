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
    private static let retries = 10
    /// Seconds that a command waits in all for a service that is busy.
    private static let longestWait: Double = 60

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
    /// Retry-After) is asked again when it says, a minute long at most, and standard error tells of it;
    /// writes carry an idempotency key, so asking twice is safe. Throws `Refusal` for every answer but
    /// 2xx.
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
        var (attempt, waited) = (0, 0.0)
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
            if let pause = pause(before: answer), attempt <= retries, waited + pause <= longestWait
            {
                waited += pause
                note("the service is busy (\(answer.status)); asking again in \(Int(pause)) s")
                try await Task.sleep(for: .seconds(pause))
                continue
            }
            guard (200..<300).contains(answer.status) else { throw refusal(answer) }
            return answer
        }
    }

    /// For how many seconds a service that is busy wants to be left alone; nil for any other answer.
    private static func pause(before answer: Answer) -> Double? {
        guard [429, 503].contains(answer.status),
            let text = answer.headers.first(name: "Retry-After"), let seconds = Int(text)
        else { return nil }
        return Double(max(seconds, 1))
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
            requestID: answer.headers.first(name: "X-Request-Id") ?? problem?.instance,
            retryAfterSeconds: answer.headers.first(name: "Retry-After").flatMap { Int($0) }
        )
    }
}
