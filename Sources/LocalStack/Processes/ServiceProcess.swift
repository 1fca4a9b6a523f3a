import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One service as a child process with a configuration file.
package actor ServiceProcess {
    /// The base address once it listens, such as `http://127.0.0.1:7301`.
    package private(set) var url: String?

    private let name: String
    private let program: String
    private let configFile: String
    private let portFile: String
    private let logDirectory: String
    private let logs: LogDestination
    private let rootCertificateFile: String?
    private var child: ChildProcess?
    private var log: OutputFile?

    /// How long a service may take to become ready: it waits for its database and for keys.
    private static let limit: Duration = .seconds(180)

    /// Names a service; nothing is started. All paths are absolute; `portFile` is where the
    /// configuration tells the service to write its port. A service that is configured to speak
    /// TLS is asked how it is by HTTPS, with the certificates of `rootCertificateFile`.
    package init(
        name: String,
        program: String,
        configFile: String,
        portFile: String,
        logDirectory: String,
        logs: LogDestination,
        rootCertificateFile: String? = nil
    ) {
        self.name = name
        self.program = program
        self.configFile = configFile
        self.portFile = portFile
        self.logDirectory = logDirectory
        self.logs = logs
        self.rootCertificateFile = rootCertificateFile
    }

    /// Starts it and waits until `/health/ready` answers 200.
    /// Throws `LocalStackError` with the end of its log when it ends or is not ready in three minutes.
    package func start() async throws {
        precondition(child?.exitStatus != nil || child == nil, "\(name) already runs")
        unlink(portFile)
        let log = try OutputFile(directory: logDirectory, name: name, destination: logs)
        let command = Command(program: program, arguments: ["--config", configFile])
        let child = try await ChildProcess.start(try command.tied(deathSignal: "TERM"), output: log)
        self.child = child
        self.log = log
        let patience = Patience(Self.limit)
        while await !becomesReady() {
            if let status = child.exitStatus {
                throw LocalStackError("\(name) ended with \(status):\n\(log.tail())")
            }
            guard try await patience.pause() else {
                throw LocalStackError("\(name) does not become ready:\n\(log.tail())")
            }
        }
    }

    /// Asks it to finish what it has begun and end; kills it when that takes more than 20 seconds.
    @discardableResult
    package func stop() async -> ExitStatus? {
        await child?.stop(with: SIGTERM)
    }

    /// Kills it without warning. For tests.
    @discardableResult
    package func kill9() async -> ExitStatus? {
        await child?.stop(with: SIGKILL)
    }

    /// How it ended; nil while it runs or before it was started.
    package var exitStatus: ExitStatus? { child?.exitStatus }

    /// Its process id; nil before the first start.
    package var pid: Int32? { child?.pid }

    /// Waits until it has ended; nil when it was never started or the task is cancelled first.
    package func exitUnlessCancelled() async -> ExitStatus? {
        await child?.exitUnlessCancelled()
    }

    /// The last lines it wrote.
    package var lastLines: String { log?.tail() ?? "" }

    private func becomesReady() async -> Bool {
        guard let text = FileManager.default.contents(atPath: portFile),
            let port = Int(
                String(decoding: text, as: UTF8.self)
                    .trimmingCharacters(in: .whitespacesAndNewlines)
            )
        else { return false }
        let scheme = rootCertificateFile == nil ? "http" : "https"
        let base = "\(scheme)://127.0.0.1:\(port)"
        let answer = try? await TrustedRoots.withClient(rootCertificateFile) { client in
            try await client.execute(
                HTTPClientRequest(url: base + "/health/ready"),
                timeout: .seconds(2)
            ).status
        }
        guard answer == .ok else { return false }
        url = base
        return true
    }
}
