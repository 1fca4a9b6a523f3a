import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Posts something to an address that somebody else gave us, and tells what came of it.
///
/// The name is looked up here, every address that it has must be one of the public internet, and the
/// connection goes to the very address that was looked at: a name that changes its mind in between
/// leads nowhere. Redirects are not followed, and of the answer nothing but the status is read.
package struct OutboundPost: Sendable {
    /// What came of it.
    package enum Outcome: Sendable, Hashable {
        /// The receiver answered with this status.
        case answered(Int)
        /// The name has no address.
        case unresolved
        /// The address is not one of the public internet.
        case addressRefused
        /// No connection, or no trust in the certificate.
        case unreachable
        /// Too slow.
        case timeout
    }

    private let allowsLocal: Bool

    private static let connectTimeout: TimeAmount = .seconds(5)
    private static let answerTimeout: TimeAmount = .seconds(10)

    /// `allowsLocal` lets `http` and addresses of this machine and its network pass, for tests and
    /// installations of one machine.
    package init(allowsLocal: Bool) { self.allowsLocal = allowsLocal }

    /// Whether an address may be written down as one to post to; its name is not looked up.
    package func accepts(_ address: OutboundAddress) -> Bool {
        if allowsLocal { return true }
        return address.scheme == "https" && address.literal.map(PublicInternet.contains) ?? true
    }

    /// Posts JSON, within some fifteen seconds. Throws `CancellationError` when the task is
    /// cancelled, and then nobody knows whether it arrived.
    package func callAsFunction(
        _ body: [UInt8],
        to address: OutboundAddress,
        headers: [(String, String)]
    ) async throws -> Outcome {
        guard accepts(address) else { return .addressRefused }
        let found = await NameLookup.addresses(of: address.host)
        guard let first = found.first, let number = first.ipAddress else { return .unresolved }
        guard allowsLocal || found.allSatisfy(Self.isPublic) else { return .addressRefused }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: Self.configuration(leading: address.host, to: number)
        )
        let began = ContinuousClock.now
        let outcome: Outcome
        do {
            outcome = .answered(try await Self.status(of: body, to: address, headers, client))
        } catch let error as HTTPClientError where Self.timeouts.contains(error) {
            outcome = .timeout
        } catch {
            // Whatever ended it after as long as that, nobody answered in time.
            let limit = Duration.nanoseconds(Self.connectTimeout.nanoseconds)
            outcome = ContinuousClock.now - began >= limit ? .timeout : .unreachable
        }
        try? await client.shutdown()
        try Task.checkCancellation()
        return outcome
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .getConnectionFromPoolTimeout, .readTimeout,
        .writeTimeout, .tlsHandshakeTimeout,
    ]

    private static func isPublic(_ address: SocketAddress) -> Bool {
        NetworkAddress(address).map(PublicInternet.contains) ?? false
    }

    private static func status(
        of body: [UInt8],
        to address: OutboundAddress,
        _ headers: [(String, String)],
        _ client: HTTPClient
    ) async throws -> Int {
        var request = HTTPClientRequest(url: address.text)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "User-Agent", value: "Wijkmunt")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(body)
        return Int(try await client.execute(request, timeout: answerTimeout).status.code)
    }

    private static func configuration(
        leading host: String,
        to address: String
    ) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: connectTimeout, read: answerTimeout)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.maximumUsesPerConnection = 1
        configuration.dnsOverride = [host: address]
        return configuration
    }
}
