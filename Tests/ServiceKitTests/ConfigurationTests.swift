import Foundation
import Logging
import Postgres
import Testing

@testable import ServiceKit

/// A folder that a test fills and that goes with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(
            path: "wijkmunt-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}

@Suite struct ConfigurationTests {
    private let folder: Folder
    private static let required = [
        "AUTH_ISSUER": "https://accounts.test", "DATABASE_USER": "wallet", "DATABASE_HOST": "db",
    ]

    init() throws { folder = try Folder() }

    private func load(
        _ flags: [String] = [],
        _ environment: [String: String] = required
    ) async throws -> ServiceConfiguration {
        try await ServiceConfiguration.load(
            arguments: ["service"] + flags,
            environment: environment
        )
    }

    private func fault(
        _ flags: [String] = [],
        _ environment: [String: String] = required
    ) async throws -> String {
        let invalid = await #expect(throws: ServiceConfiguration.Invalid.self) {
            try await load(flags, environment)
        }
        return invalid?.description ?? ""
    }

    @Test func `what is not set has a default`() async throws {
        let configuration = try await load()
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 8080)
        #expect(configuration.portFile == nil)
        #expect(configuration.audience == "wijkmunt")
        #expect(configuration.keySetURL == "https://accounts.test/v1/jwks")
        #expect(configuration.allowedOrigins == [])
        #expect(configuration.logLevel == .info)
        #expect(configuration.database.port == 5432)
        #expect(configuration.database.database == "wijkmunt")
        #expect(configuration.database.password == nil)
        #expect(configuration.database.transportSecurity == .disabled)
    }

    @Test func `a service without TLS listens to its own machine only`() async throws {
        for host in ["127.0.0.1", "localhost", "::1"] {
            #expect(try await load(["--http-host", host]).host == host)
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "wijkmunt.test"] {
            #expect(try await fault(["--http-host", host]).contains("http.behindProxy"))
            _ = try await load(["--http-host", host, "--http-behind-proxy", "true"])
            _ = try await load([
                "--http-host", host, "--http-tls-certificate-file", "a",
                "--http-tls-private-key-file", "b",
            ])
        }
        #expect(try await fault(["--http-tls-certificate-file", "a"]).contains("belong together"))
        #expect(try await fault(["--http-behind-proxy", "perhaps"]).contains("neither true nor"))
        let proxies = try await fault(["--http-trusted-proxies", "10.0.0.0/8,nonsense"])
        #expect(proxies.contains("nonsense"))
    }

    @Test func `a flag beats the environment, which beats the file`() async throws {
        let file = try folder.write(
            """
            {"http": {"host": "file", "port": 1, "portFile": "file", "behindProxy": true},
             "cors": {"origins": ["https://a.test", "https://b.test"]},
             "auth": {"issuer": "https://file.test"}, "log": {"level": "debug"}}
            """,
            to: "service.json"
        )
        var environment = Self.required
        environment["HTTP_PORT"] = "2"
        environment["HTTP_HOST"] = "environment"
        let configuration = try await load(
            ["--config", file, "--http-port", "3", "--http-port-file", "flag"],
            environment
        )
        #expect(configuration.port == 3)
        #expect(configuration.portFile == "flag")
        #expect(configuration.host == "environment")
        #expect(configuration.issuer == "https://accounts.test")
        #expect(configuration.allowedOrigins == ["https://a.test", "https://b.test"])
        #expect(configuration.logLevel == .debug)
    }

    @Test func `the file alone is enough`() async throws {
        let file = try folder.write(
            """
            {"auth": {"issuer": "https://file.test"},
             "database": {"user": "merchant", "host": "/run/postgresql", "connections": 7}}
            """,
            to: "service.json"
        )
        let configuration = try await load(["--config=" + file], [:])
        #expect(configuration.issuer == "https://file.test")
        #expect(configuration.database.user == "merchant")
        #expect(configuration.database.applicationName == "merchant")
        #expect(configuration.database.connections == 7)
    }

    @Test func `everything missing is named at once`() async throws {
        let text = try await fault([], [:])
        for name in ["auth.issuer", "database.user", "database.host"] {
            #expect(text.contains("the setting \(name) is missing"))
        }
        let emptyIssuer = Self.required.merging(["AUTH_ISSUER": ""]) { $1 }
        #expect(try await fault([], emptyIssuer) == "the setting auth.issuer is missing")
    }

    @Test(arguments: ["abc", "65536", "-1", "80.5", ""])
    func `a port that is none stops the start`(port: String) async throws {
        #expect(
            try await fault(["--http-port=" + port]) == "http.port is not a number from 0 to 65535"
        )
        let environment = Self.required.merging(["HTTP_PORT": port]) { $1 }
        #expect(
            try await fault([], environment) == "http.port is not a number from 0 to 65535"
        )
    }

    @Test func `a value of another type is not taken for absent`() async throws {
        let file = try folder.write(
            #"{"http": {"port": "8081"}, "database": {"rootCertificateFile": true}}"#,
            to: "service.json"
        )
        #expect(
            try await fault(["--config", file])
                == "http.port is not a number from 0 to 65535; "
                + "database.rootCertificateFile is not one text"
        )
    }

    @Test func `other wrong values stop the start too`() async throws {
        #expect(
            try await fault(["--log-level", "loud", "--database-connections", "0"])
                == "log.level is not a level: loud; "
                + "database.connections is not a number from 1 to 100"
        )
    }

    @Test func `a file that is not there or not JSON stops the start`() async throws {
        let missing = folder.path + "/none.json"
        #expect(
            try await fault(["--config", missing])
                == "the configuration file cannot be read: \(missing)"
        )
        let broken = try folder.write("{", to: "broken.json")
        #expect(try await fault(["--config", broken]).hasSuffix(broken))
    }

    @Test func `secrets come from files, first line only`() async throws {
        let file = try folder.write("geheim woord\r\nsecond\n", to: "password")
        let configuration = try await load(["--database-password-file", file])
        #expect(configuration.database.password == "geheim woord")
        let empty = try folder.write("\n", to: "empty")
        for path in [empty, folder.path + "/none"] {
            #expect(
                try await fault(["--database-password-file", path])
                    == "the secret file cannot be read: \(path)"
            )
        }
    }

    @Test func `roots mean a verified connection`() async throws {
        let configuration = try await load(["--database-root-certificate-file", "/roots.pem"])
        #expect(
            configuration.database.transportSecurity
                == .verified(rootCertificateFile: "/roots.pem")
        )
    }

    @Test func `a list is an array in the file and separated by commas elsewhere`() async throws {
        let name = "accounts.publishedKeyFiles"
        #expect(try await load().texts(name) == [])
        let flags = try await load(["--accounts-published-key-files", "/a.pem,/b.pem"])
        #expect(try await flags.texts(name) == ["/a.pem", "/b.pem"])
        let environment = Self.required.merging(["ACCOUNTS_PUBLISHED_KEY_FILES": "/a, /b,"]) { $1 }
        #expect(try await load([], environment).texts(name) == ["/a", "/b"])
        let empty = Self.required.merging(["ACCOUNTS_PUBLISHED_KEY_FILES": ""]) { $1 }
        #expect(try await load([], empty).texts(name) == [])
        let list = try folder.write(
            #"{"accounts": {"publishedKeyFiles": ["/a", "/b"]}}"#,
            to: "list.json"
        )
        #expect(try await load(["--config", list]).texts(name) == ["/a", "/b"])
        let text = try folder.write(
            #"{"accounts": {"publishedKeyFiles": "/a,/b"}}"#,
            to: "text.json"
        )
        let configuration = try await load(["--config", text])
        let invalid = await #expect(throws: ServiceConfiguration.Invalid.self) {
            try await configuration.texts(name)
        }
        #expect(invalid?.description == "\(name) is not a list of texts")
    }

    @Test func `a service's own setting is named when it is missing`() async throws {
        let configuration = try await load(["--secrets-lookup-key-file", "/key"])
        #expect(try configuration.required("secrets.lookupKeyFile") == "/key")
        let invalid = #expect(throws: ServiceConfiguration.Invalid.self) {
            try configuration.required("accounts.signingKeyFile")
        }
        #expect(invalid?.description == "the setting accounts.signingKeyFile is missing")
    }
}

@Suite struct LookupKeyTests {
    private let folder: Folder
    private static let hexadecimal =
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    init() throws { folder = try Folder() }

    private func key(_ text: String) throws -> LookupKey {
        try LookupKey(file: folder.write(text, to: "key"))
    }

    private func text(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    // Expected values from another implementation of HMAC-SHA256.
    @Test func `a hash is the HMAC of kind and value`() throws {
        let key = try key(Self.hexadecimal + "\n")
        let value = "NL91ABNA0417164300"
        #expect(
            text(key.hash(value, kind: .iban))
                == "a5b9bec5d0576ae8113c67d5e90d687bd78ee9768028605d9f981b913e1fb48e"
        )
        #expect(
            text(key.hash(value, kind: .activationCode))
                == "0e873214758586e07d901e0aac001ca18fc900a7c37ed81d73096a86fc24f110"
        )
    }

    @Test func `another key gives another hash`() throws {
        let one = try key(Self.hexadecimal).hash("x", kind: .iban)
        #expect(try key(Self.hexadecimal.uppercased()).hash("x", kind: .iban) == one)
        #expect(try key(String(repeating: "ab", count: 32)).hash("x", kind: .iban) != one)
    }

    @Test(arguments: [
        "", "00", String(repeating: "0", count: 62), String(repeating: "0", count: 65),
        String(repeating: "zz", count: 32), String(repeating: "+1", count: 32),
        String(repeating: "00", count: 31) + " 0",
    ])
    func `a key that is short or not hexadecimal is refused`(text: String) {
        #expect(throws: ServiceConfiguration.Invalid.self) { try key(text) }
    }
}
