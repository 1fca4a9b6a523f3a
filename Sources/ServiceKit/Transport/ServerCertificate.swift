import Crypto
import FoundationEssentials
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate that the service shows, read again when its files change.
///
/// A certificate and its key are two files, and whoever renews them writes one after the other. So
/// a pair that does not fit is logged once, and the one before is shown until the files change again.
final class ServerCertificate: Service {
    private struct State {
        var context: NIOSSLContext
        var expiresAt: Int
        /// Of the files that were last looked at, good or not.
        var digest: SHA256Digest
    }

    private struct Files {
        let certificate: [UInt8]
        let privateKey: [UInt8]

        init(_ paths: TransportSettings.CertificateFiles) throws {
            certificate = [UInt8](try Data(contentsOf: URL(filePath: paths.certificate)))
            privateKey = [UInt8](try Data(contentsOf: URL(filePath: paths.privateKey)))
        }

        var digest: SHA256Digest {
            var hash = SHA256()
            hash.update(data: certificate)
            hash.update(data: privateKey)
            return hash.finalize()
        }
    }

    private let paths: TransportSettings.CertificateFiles
    private let logger: Logger
    private let state: Mutex<State>
    private static let interval: Duration = .seconds(2)

    /// Reads the files; throws `ServiceConfiguration.Invalid` when they are no certificate and key.
    init(_ paths: TransportSettings.CertificateFiles, logger: Logger) throws {
        self.paths = paths
        self.logger = logger
        do {
            let files = try Files(paths)
            state = Mutex(try Self.state(files))
        } catch {
            throw ServiceConfiguration.Invalid(
                description: "no certificate with its key in \(paths.certificate) and "
                    + "\(paths.privateKey): \(error)"
            )
        }
    }

    /// What new connections are made with.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// What a scraper may know.
    var metrics: [Metric] {
        let expiresAt = state.withLock { $0.expiresAt }
        return [Metric("wijkmunt_certificate_expires_at_seconds", .gauge, expiresAt)]
    }

    /// Looks at the files every two seconds, until graceful shutdown.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { self.look() }
        }
    }

    private func look() {
        guard let files = try? Files(paths) else { return }
        let digest = files.digest
        let isNew = state.withLock { state in
            defer { state.digest = digest }
            return state.digest != digest
        }
        guard isNew else { return }
        do {
            let read = try Self.state(files)
            state.withLock { $0 = read }
            logger.info("new certificate", metadata: ["expiresAt": "\(read.expiresAt)"])
        } catch {
            logger.error("the new certificate cannot be used", metadata: ["error": "\(error)"])
        }
    }

    private static func state(_ files: Files) throws -> State {
        let chain = try NIOSSLCertificate.fromPEMBytes(files.certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: files.privateKey, format: .pem))
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        return State(
            context: try NIOSSLContext(configuration: configuration),
            expiresAt: chain.first.map { Int($0.notValidAfter) } ?? 0,
            digest: files.digest
        )
    }
}
