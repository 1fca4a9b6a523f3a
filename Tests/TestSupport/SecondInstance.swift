import Foundation
package import LocalStack

/// Another process of a service on the same database, beside the one of the stack.
package enum SecondInstance {
    /// Starts it with the configuration of the first, another port and, where given, another way to
    /// the database. Behind one address with the first, it takes proofs for the first's. Settings of
    /// the accounts service can be added; `change` may alter all others. The service must have been
    /// started once.
    package static func start(
        _ name: ServiceName,
        of stack: LocalStack,
        programs: String,
        databaseHost: String? = nil,
        connections: Int? = nil,
        behindOneAddress: Bool = false,
        accounts: [String: String] = [:],
        rootCertificateFile: String? = nil,
        change: (inout [String: Any]) -> Void = { _ in }
    ) async throws -> ServiceProcess {
        let process = try make(
            name,
            of: stack,
            programs: programs,
            databaseHost: databaseHost,
            connections: connections,
            behindOneAddress: behindOneAddress,
            accounts: accounts,
            rootCertificateFile: rootCertificateFile,
            change: change
        )
        try await process.start()
        return process
    }

    private static func make(
        _ name: ServiceName,
        of stack: LocalStack,
        programs: String,
        databaseHost: String?,
        connections: Int?,
        behindOneAddress: Bool,
        accounts: [String: String],
        rootCertificateFile: String?,
        change: (inout [String: Any]) -> Void
    ) throws -> ServiceProcess {
        let label = "\(name.rawValue)-\(UUID().uuidString.prefix(8))"
        let portFile = "\(stack.directory.run)/\(label).port"
        let first = try Data(contentsOf: URL(filePath: stack.directory.configFile(of: name)))
        guard var settings = try JSONSerialization.jsonObject(with: first) as? [String: Any],
            var http = settings["http"] as? [String: Any],
            var database = settings["database"] as? [String: Any]
        else { throw MissingMember(name: "settings") }
        // It keeps this one when it is killed and started again.
        let port = try FreePorts.reserve()
        let addressed = behindOneAddress ? http["port"] as? Int : port
        http["publicAddress"] = addressed.map { "http://127.0.0.1:\($0)" }
        http["port"] = port
        http["portFile"] = portFile
        if let databaseHost { database["host"] = databaseHost }
        if let connections { database["connections"] = connections }
        if let own = settings["accounts"] as? [String: Any] {
            settings["accounts"] = own.merging(accounts) { _, given in given }
        }
        settings["http"] = http
        settings["database"] = database
        change(&settings)
        let configFile = "\(stack.directory.config)/\(label).json"
        try JSONSerialization.data(withJSONObject: settings)
            .write(to: URL(filePath: configFile), options: .atomic)
        chmod(configFile, 0o600)
        return ServiceProcess(
            name: label,
            program: "\(programs)/\(name.program)",
            configFile: configFile,
            portFile: portFile,
            logDirectory: stack.directory.logs,
            logs: .file,
            rootCertificateFile: rootCertificateFile
        )
    }
}
