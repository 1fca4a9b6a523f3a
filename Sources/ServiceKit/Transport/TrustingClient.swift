import AsyncHTTPClient
import NIOSSL

/// An HTTP client of ours, which trusts the certificates that we are told to.
enum TrustingClient {
    /// A client with connections of its own, to be shut down, that trusts the certificates (PEM) of a
    /// file instead of the system's; nil without a file. Throws `ServiceConfiguration.Invalid`.
    static func make(rootCertificateFile: String?) throws -> HTTPClient? {
        guard let file = rootCertificateFile else { return nil }
        guard let roots = try? NIOSSLCertificate.fromPEMFile(file), !roots.isEmpty else {
            throw ServiceConfiguration.Invalid(
                description: "auth.rootCertificateFile has no certificates: \(file)"
            )
        }
        var security = TLSConfiguration.makeClientConfiguration()
        security.trustRoots = .certificates(roots)
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.tlsConfiguration = security
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
