import Foundation

/// The files of one installation under one directory.
///
/// ```
/// .wijkmunt/
///   postgres/   the cluster, owned by the server's user
///   secrets/    passwords and keys, mode 0600
///   config/     one JSON file per service
///   run/        the ports that services took
///   logs/       one file per process
///   profiles/   what the command line tool knows
/// ```
package struct StackDirectory: Sendable, Hashable {
    /// Absolute.
    package let path: String

    /// Resolves the path against the working directory; makes nothing.
    package init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The database cluster.
    package var postgres: String { "\(path)/postgres" }
    /// Passwords and keys.
    package var secrets: String { "\(path)/secrets" }
    /// The services' configuration files.
    package var config: String { "\(path)/config" }
    /// The ports that services took.
    package var run: String { "\(path)/run" }
    /// One file per process.
    package var logs: String { "\(path)/logs" }
    /// What the command line tool knows.
    package var profiles: String { "\(path)/profiles" }

    /// The configuration file of a service.
    package func configFile(of service: ServiceName) -> String {
        "\(config)/\(service.rawValue).json"
    }

    /// The private key of the operator, PEM (PKCS#8).
    package var operatorKeyFile: String { "\(secrets)/operator-key.pem" }

    /// The private key that tokens and heads of audit trails are signed with, PEM (PKCS#8).
    package var signingKeyFile: String { "\(secrets)/signing-key.pem" }

    /// How the audit reaches the database: the `database` part of a service's configuration.
    package var auditConfigFile: String { "\(config)/audit.json" }

    /// The key of the hashes by which IBANs are found.
    package var lookupKeyFile: String { "\(secrets)/lookup-key.hex" }

    func passwordFile(ofRole role: String) -> String { "\(secrets)/\(role).password" }

    /// Makes what is missing. As root the top must let the database's user through to its files;
    /// everything private lies one level deeper.
    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
            withIntermediateDirectories: true
        )
        try OwnedDirectory.make(path, mode: geteuid() == 0 ? 0o711 : 0o700)
        for directory in [secrets, config, run, logs, profiles] {
            try OwnedDirectory.make(directory, mode: 0o700)
        }
    }
}
