package import AsyncHTTPClient
import NIOSSL

/// HTTP clients that trust the certificates (PEM) of a file instead of the system's.
package enum TrustedRoots {
    /// A client of its own, to be shut down; `oldTLS` offers nothing newer than TLS 1.1.
    package static func client(
        _ file: String,
        version: HTTPClient.Configuration.HTTPVersion = .automatic,
        oldTLS: Bool = false
    ) throws -> HTTPClient {
        var security = TLSConfiguration.makeClientConfiguration()
        security.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
        if oldTLS {
            security.minimumTLSVersion = .tlsv1
            security.maximumTLSVersion = .tlsv11
        }
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.tlsConfiguration = security
        configuration.httpVersion = version
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Runs a body with such a client, or with the shared one without a file.
    package static func withClient<Result: Sendable>(
        _ file: String?,
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        guard let file else { return try await body(.shared) }
        let client = try client(file)
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }
}
