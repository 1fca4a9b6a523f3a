package import Configuration
import FoundationEssentials
package import Logging
import OpenAPIDocuments
package import Postgres
import SystemPackage

/// What every service is told; a flag beats the environment, which beats the file.
///
/// Keys are dotted: `http.port` is `"http": {"port": …}` in the JSON file named by `--config`,
/// `HTTP_PORT` in the environment and `--http-port` as a flag. `docs/configuration.md` lists all.
package struct ServiceConfiguration: Sendable {
    /// Wrong or missing settings, all named at once, for whoever starts the service.
    package struct Invalid: Error, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    package let host: String
    /// 0 takes a free port.
    package let port: Int
    /// Where the bound port is written once the service listens; for tests and supervisors.
    package let portFile: String?
    /// Where clients reach the service, when that is another address than it listens on.
    package let publicAddress: ServiceAddress?
    package let database: DatabaseConfiguration
    package let issuer: String
    package let audience: String
    package let keySetURL: String
    package let allowedOrigins: [String]
    package let logLevel: Logger.Level
    package let transport: TransportSettings
    package let limits: LimitSettings
    /// What else a service needs, such as key files.
    package let reader: ConfigReader

    /// Reads file, environment and flags; throws `Invalid` with everything that is wrong.
    package static func load(
        arguments: [String] = CommandLine.arguments,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ServiceConfiguration {
        try KnownSettings.check(arguments)
        var providers: [any ConfigProvider] = [
            CommandLineArgumentsProvider(arguments: arguments),
            EnvironmentVariablesProvider(environmentVariables: environment),
        ]
        if let path = ConfigReader(providers: providers).string(forKey: "config") {
            do {
                providers.append(
                    try await FileProvider<JSONSnapshot>(filePath: .init(path))
                )
            } catch {
                throw Invalid(description: "the configuration file cannot be read: \(path)")
            }
        }
        return try await ServiceConfiguration(ConfigReader(providers: providers))
    }

    private init(_ reader: ConfigReader) async throws {
        var settings = Settings(reader: reader)
        host = await settings.text("http.host") ?? "127.0.0.1"
        port = await settings.number("http.port", default: 8080, in: 0...65_535)
        portFile = await settings.text("http.portFile")
        publicAddress = await settings.address("http.publicAddress")
        issuer = await settings.issuer("auth.issuer")
        audience = await settings.text("auth.audience") ?? "wijkmunt"
        keySetURL = await settings.text("auth.keySetUrl") ?? issuer + "/v1/jwks"
        allowedOrigins = await settings.texts("cors.origins")
        logLevel = await settings.level("log.level", default: .info)
        let user = await settings.required("database.user")
        var database = DatabaseConfiguration(
            host: await settings.required("database.host"),
            port: await settings.number("database.port", default: 5432, in: 1...65_535),
            database: await settings.text("database.name") ?? "wijkmunt",
            user: user,
            password: await settings.secret("database.passwordFile"),
            applicationName: user
        )
        database.connections = await settings.number(
            "database.connections",
            default: 4,
            in: 1...100
        )
        if let roots = await settings.text("database.rootCertificateFile") {
            database.transportSecurity = .verified(rootCertificateFile: roots)
        }
        transport = await TransportSettings(&settings, host: host)
        limits = await LimitSettings(&settings, databaseConnections: database.connections)
        self.database = database
        self.reader = reader
        guard settings.faults.isEmpty else {
            throw Invalid(description: settings.faults.joined(separator: "; "))
        }
    }

    /// The public address of a service: as it is set; else, for the accounts service, its issuer,
    /// and for the others where they listen.
    func address(of service: DocumentName) -> ServiceAddress {
        let own = ServiceAddress("http://\(host):\(port)")
        guard let address = publicAddress ?? (service == .accounts ? ServiceAddress(issuer) : own)
        else { preconditionFailure("auth.issuer was checked") }
        return address
    }

    /// A setting that must be there; throws `Invalid` naming it.
    package func required(_ name: String) throws -> String {
        guard let text = reader.string(forKey: ConfigKey(name)), !text.isEmpty else {
            throw Invalid(description: "the setting \(name) is missing")
        }
        return text
    }

    /// A setting that is a list, which is empty when nothing was set; throws `Invalid` for another
    /// kind of value.
    package func texts(_ name: String) async throws -> [String] {
        var settings = Settings(reader: reader)
        let texts = await settings.texts(name)
        guard settings.faults.isEmpty else {
            throw Invalid(description: settings.faults.joined(separator: "; "))
        }
        return texts.filter { !$0.isEmpty }
    }

    /// A setting that is one of some words; throws `Invalid` for another, naming all.
    package func choice<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        default usual: Word
    ) throws -> Word {
        guard let text = reader.string(forKey: ConfigKey(name)), !text.isEmpty else { return usual }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: " or ")
            throw Invalid(description: "\(name) is not \(words)")
        }
        return word
    }

    /// The file that a setting names; `nil` when it is not set.
    package func file(_ name: String) -> String? {
        reader.string(forKey: ConfigKey(name)).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A setting that is a number; throws `Invalid` for another text or one out of range.
    package func number(
        _ name: String,
        default usual: Int,
        in range: ClosedRange<Int>
    ) async throws -> Int {
        var settings = Settings(reader: reader)
        let number = await settings.number(name, default: usual, in: range)
        guard settings.faults.isEmpty else {
            throw Invalid(description: settings.faults.joined(separator: "; "))
        }
        return number
    }
}

/// Secrets come from files only: never from flags, which others on the machine can see.
package enum Secret {
    /// The first line of a file; throws `ServiceConfiguration.Invalid`.
    package static func text(file: String) throws -> String {
        guard let data = try? Data(contentsOf: URL(filePath: file)),
            let line = String(decoding: data, as: UTF8.self)
                .split(whereSeparator: \.isNewline).first
        else {
            throw ServiceConfiguration.Invalid(
                description: "the secret file cannot be read: \(file)"
            )
        }
        return String(line)
    }

    /// 32 bytes or more that stand in hexadecimal in the first line of a file; throws
    /// `ServiceConfiguration.Invalid`, which calls it by `name`.
    static func key(file: String, called name: String) throws -> [UInt8] {
        let text = try text(file: file)
        let digits = Array(text.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard bytes.count >= 32, bytes.count * 2 == digits.count, text.allSatisfy(\.isHexDigit)
        else {
            throw ServiceConfiguration.Invalid(
                description: "the \(name) must be 32 bytes or more in hexadecimal"
            )
        }
        return bytes
    }
}

/// Reads settings one by one and keeps what is wrong with them.
///
/// The reader's plain getters take the default for a value that does not convert, which would
/// start a service on another port, or without encryption, than somebody asked for.
struct Settings {
    let reader: ConfigReader
    private(set) var faults: [String] = []

    init(reader: ConfigReader) { self.reader = reader }

    /// Notes something that is wrong with several settings together.
    mutating func fault(_ text: String) { faults.append(text) }

    mutating func isTrue(_ name: String) async -> Bool {
        do {
            return try await reader.fetchBool(forKey: ConfigKey(name), default: false)
        } catch {
            faults.append("\(name) is neither true nor false")
            return false
        }
    }

    mutating func text(_ name: String) async -> String? {
        do {
            return try await reader.fetchString(forKey: ConfigKey(name))
        } catch {
            faults.append("\(name) is not one text")
            return nil
        }
    }

    mutating func texts(_ name: String) async -> [String] {
        do {
            return try await reader.fetchStringArray(forKey: ConfigKey(name), default: [])
        } catch {
            faults.append("\(name) is not a list of texts")
            return []
        }
    }

    mutating func required(_ name: String) async -> String {
        let known = faults.count
        if let text = await text(name), !text.isEmpty { return text }
        if faults.count == known { faults.append("the setting \(name) is missing") }
        return ""
    }

    mutating func number(
        _ name: String,
        default usual: Int,
        in range: ClosedRange<Int>
    ) async -> Int {
        let number = try? await reader.fetchInt(forKey: ConfigKey(name), default: usual)
        if let number, range.contains(number) { return number }
        faults.append("\(name) is not a number from \(range.lowerBound) to \(range.upperBound)")
        return usual
    }

    mutating func issuer(_ name: String) async -> String {
        let text = await required(name)
        if !text.isEmpty, ServiceAddress(text) == nil {
            faults.append("\(name) is not an address with http or https")
        }
        return text
    }

    mutating func address(_ name: String) async -> ServiceAddress? {
        guard let text = await text(name), !text.isEmpty else { return nil }
        if let address = ServiceAddress(text) { return address }
        faults.append("\(name) is not an address with http or https")
        return nil
    }

    mutating func level(_ name: String, default usual: Logger.Level) async -> Logger.Level {
        guard let text = await text(name) else { return usual }
        if let level = Logger.Level(rawValue: text) { return level }
        faults.append("\(name) is not a level: \(text)")
        return usual
    }

    mutating func secret(_ name: String) async -> String? {
        guard let file = await text(name) else { return nil }
        do {
            return try Secret.text(file: file)
        } catch {
            faults.append("\(error)")
            return nil
        }
    }
}
