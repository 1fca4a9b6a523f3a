import Foundation

/// The configuration file of one service, as `docs/configuration.md` lists its settings.
struct ServiceSettings: Encodable, Sendable {
    struct HTTP: Encodable, Sendable {
        var host = "127.0.0.1"
        let port: Int
        let portFile: String
        // All clients of a stack share one address.
        var connectionsPerAddress = 2000
    }
    /// High enough to be out of the way: everybody here has the same address.
    struct Limits: Encodable, Sendable {
        var addressRequests = 1_000_000
        var clientRequests = 1_000_000
        var tokenRequests = 1_000_000
        var enrolmentRequests = 1_000_000
    }
    struct Auth: Encodable, Sendable {
        let issuer: String
        var audience = "wijkmunt"
        let keySetUrl: String
    }
    struct Log: Encodable, Sendable {
        let level: String
    }
    struct Accounts: Encodable, Sendable {
        let signingKeyFile: String
        let operatorKeyFile: String
        let deviceProofs: String
    }
    struct Merchant: Encodable, Sendable {
        let verdictKeyFile: String
        // Software that is tried out listens on the same machine.
        var localWebhooks = "allowed"
    }
    struct Secrets: Encodable, Sendable {
        let lookupKeyFile: String
        let dataKeyFile: String
    }

    let http: HTTP
    let database: DatabaseSettings
    let auth: Auth
    let log: Log
    var limits = Limits()
    /// Only for the accounts service.
    let accounts: Accounts?
    /// Only for the merchant service.
    let merchant: Merchant?
    /// For the services that look people up by IBAN or code.
    let secrets: Secrets?
}

/// How a role reaches the database.
struct DatabaseSettings: Encodable, Sendable {
    let host: String
    var port = 5432
    let name: String
    let user: String
    let passwordFile: String
    var connections = 4
}

/// What the audit needs to know.
struct AuditSettings: Encodable, Sendable {
    let database: DatabaseSettings
}

extension Encodable {
    /// Writes the JSON to a file of mode 0600.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try SecretFile.write(
            String(decoding: try encoder.encode(self), as: UTF8.self) + "\n",
            to: path
        )
    }
}
