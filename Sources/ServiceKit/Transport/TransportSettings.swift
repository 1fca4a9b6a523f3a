/// How the services speak HTTP, as it is configured.
package struct TransportSettings: Sendable {
    /// Where the certificate and its key are; both or neither.
    struct CertificateFiles: Sendable {
        let certificate: String
        let privateKey: String
    }

    let certificateFiles: CertificateFiles?
    let proxies: TrustedProxies
    let mostConnections: Int
    let mostConnectionsPerAddress: Int
    let patience: Patience
    /// The certificates that our own requests trust; nil for the system's.
    let rootCertificateFile: String?

    /// How long a client may take, in seconds.
    struct Patience: Sendable {
        /// From the connection to the end of the first request's head, the handshake of TLS included.
        let head: Int
        /// Between bytes of a body, on the whole: 1 KiB a second is fast enough.
        let body: Int
        /// Between two pieces of an answer of 64 KiB.
        let write: Int
        /// From an answer to the end of the next request's head.
        let idle: Int
    }

    init(_ settings: inout Settings, host: String) async {
        let certificate = await settings.text("http.tls.certificateFile")
        let privateKey = await settings.text("http.tls.privateKeyFile")
        switch (certificate, privateKey) {
        case (let certificate?, let privateKey?):
            certificateFiles = .init(certificate: certificate, privateKey: privateKey)
        case (nil, nil):
            certificateFiles = nil
        default:
            certificateFiles = nil
            settings.fault(
                "http.tls.certificateFile and http.tls.privateKeyFile belong together"
            )
        }
        let isBehindProxy = await settings.isTrue("http.behindProxy")
        if certificate == nil, !isBehindProxy, !Self.isLoopback(host) {
            settings.fault(
                "http.host \(host) can be reached from outside: set http.tls.certificateFile and "
                    + "http.tls.privateKeyFile, or http.behindProxy where a proxy ends TLS"
            )
        }
        var ranges: [NetworkAddress.Range] = []
        for text in await settings.texts("http.trustedProxies") where !text.isEmpty {
            if let range = NetworkAddress.Range(text) {
                ranges.append(range)
            } else {
                settings.fault("http.trustedProxies has no address or range: \(text.prefix(60))")
            }
        }
        proxies = TrustedProxies(ranges: ranges)
        mostConnections = await settings.number(
            "http.connections",
            default: 2000,
            in: 10...100_000
        )
        mostConnectionsPerAddress = await settings.number(
            "http.connectionsPerAddress",
            default: 200,
            in: 1...100_000
        )
        patience = Patience(
            head: await settings.number("http.headSeconds", default: 10, in: 1...600),
            body: await settings.number("http.bodySeconds", default: 30, in: 1...600),
            write: await settings.number("http.writeSeconds", default: 30, in: 1...600),
            idle: await settings.number("http.idleSeconds", default: 60, in: 1...600)
        )
        rootCertificateFile = await settings.text("auth.rootCertificateFile")
    }

    /// How many connections there may be, of so many files that the process may open.
    func availableConnections(of openFiles: Int) -> Int {
        // The database, keys, logs, and connections that are closing.
        min(mostConnections, max(10, openFiles - 128))
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}
