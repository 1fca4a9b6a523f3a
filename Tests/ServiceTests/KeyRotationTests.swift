import API
import Crypto
import Foundation
import LocalStack
import TestSupport
import Testing

/// The key that signs tokens is changed as `docs/operations.md` says, while people go on.
@Suite struct KeyRotationTests {
    @Test func `a new key is known before it signs, and old tokens live on`() async throws {
        try await TestStack.withOwn { stack in
            let rotation = try await Rotation(stack)
            let first = rotation.first
            let next = try rotation.makeKey("next")
            let early = try await rotation.token()
            #expect(try await rotation.publishedKeys() == [first.id])

            try await rotation.publish([next.publicFile])
            #expect(try await rotation.publishedKeys() == [first.id, next.id])
            let late = try await rotation.token()
            #expect(try Self.keyID(of: late) == first.id)
            // Fetches the set as its periodic look does, and has seen no token yet.
            try await stack.restart(.wallet)

            try await rotation.publish([first.publicFile], signing: next)
            #expect(try await rotation.publishedKeys() == [next.id, first.id])
            let new = try await rotation.token()
            #expect(try Self.keyID(of: new) == next.id)
            #expect(try await rotation.accountsAnswer(to: new) == 200)
            #expect(try await rotation.accountsAnswer(to: early) == 200)

            // With nobody to ask, the announcement alone decides.
            await stack.service(.accounts)?.stop()
            #expect(try await rotation.walletAnswer(to: new) == 200)
            #expect(try await rotation.walletAnswer(to: late) == 200)
        }
    }

    @Test func `a key that was taken out verifies nothing any more`() async throws {
        try await TestStack.withOwn { stack in
            let rotation = try await Rotation(stack)
            let next = try rotation.makeKey("next")
            let shown = try await rotation.token()
            let kept = try await rotation.token()
            #expect(try await rotation.walletAnswer(to: shown) == 200)
            #expect(try await rotation.accountsAnswer(to: shown) == 200)

            try await rotation.publish([], signing: next)
            #expect(try await rotation.publishedKeys() == [next.id])
            #expect(try await rotation.accountsAnswer(to: shown) == 401)
            // A token of a key that it does not know makes the wallet service look again.
            let new = try await rotation.token()
            #expect(try await rotation.walletAnswer(to: new) == 200)
            #expect(try await rotation.walletAnswer(to: kept) == 401)
        }
    }

    @Test(arguments: KeyMistake.allCases)
    func `keys that cannot be published stop the start with a reason`(
        mistake: KeyMistake
    ) async throws {
        let stack = try await TestStack.shared
        let (value, reason) = try mistake.setting(on: stack)
        let label = "accounts-\(UUID().uuidString.prefix(8))"
        let file = "\(stack.directory.config)/\(label).json"
        let portFile = "\(stack.directory.run)/\(label).port"
        var settings = try AccountsSettings(of: stack)
        settings.accounts["publishedKeyFiles"] = value
        settings.http["port"] = 0
        settings.http["portFile"] = portFile
        try settings.write(to: file)
        let service = ServiceProcess(
            name: label,
            program: "\(TestStack.programs)/\(ServiceName.accounts.program)",
            configFile: file,
            portFile: portFile,
            logDirectory: stack.directory.logs,
            logs: .file
        )
        let error = await #expect(throws: LocalStackError.self) { try await service.start() }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "started")")
        #expect(await service.exitStatus == .exited(2))
        await service.stop()
    }

    /// The key that the header of a token names.
    private static func keyID(of token: String) throws -> String {
        let part = try #require(token.split(separator: ".").first)
        let text = String(part).replacing("-", with: "+").replacing("_", with: "/")
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        let bytes = try #require(Data(base64Encoded: padded))
        let header = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        return try #require(header["kid"] as? String)
    }
}

/// What can be wrong with the list of keys.
enum KeyMistake: CaseIterable {
    case signingKeyAgain, sameKeyTwice, noFile, noKey, anotherCurve, tooMany, oneText

    /// A value of `accounts.publishedKeyFiles` and what the service says to it.
    fileprivate func setting(on stack: LocalStack) throws -> (value: Any, reason: String) {
        func write(_ pem: String) throws -> String {
            let path = "\(stack.directory.secrets)/\(UUID().uuidString).pem"
            try SecretFile.write(pem, to: path)
            return path
        }
        let key = P256.Signing.PrivateKey()
        let file = try write(key.pemRepresentation)
        switch self {
        case .signingKeyAgain:
            let signing = try AccountsSettings(of: stack).signingKeyFile
            return ([file, signing], "a key that signs or is listed already: \(signing)")
        case .sameKeyTwice:
            let half = try write(key.publicKey.pemRepresentation)
            return ([file, half], "a key that signs or is listed already: \(half)")
        case .noFile:
            return ([file, file + ".none"], "names no P-256 key: \(file).none")
        case .noKey:
            let text = try write("not a key\n")
            return ([text], "names no P-256 key: \(text)")
        case .anotherCurve:
            let other = try write(P384.Signing.PrivateKey().pemRepresentation)
            return ([other], "names no P-256 key: \(other)")
        case .tooMany:
            let files = try (0..<8).map { _ in
                try write(P256.Signing.PrivateKey().publicKey.pemRepresentation)
            }
            return (files, "names 8 keys; beside the one that signs there are 7 at most")
        case .oneText:
            return (file, "accounts.publishedKeyFiles is not a list of texts")
        }
    }
}

/// A stack whose keys are changed, and somebody who asks for tokens meanwhile.
private struct Rotation {
    let stack: LocalStack
    let client: TestClient
    let first: Key

    struct Key {
        /// The thumbprint (RFC 7638).
        let id: String
        let privateFile: String
        let publicFile: String
    }

    init(_ stack: LocalStack) async throws {
        self.stack = stack
        client = try await TestCommunity.make(rules: nil, on: stack).administrator
        let file = try AccountsSettings(of: stack).signingKeyFile
        let pem = try SecretFile.read(file)
        first = try Self.key(P256.Signing.PrivateKey(pemRepresentation: pem), file: file)
    }

    func makeKey(_ name: String) throws -> Key {
        let key = P256.Signing.PrivateKey()
        let file = "\(stack.directory.secrets)/\(name).pem"
        try SecretFile.write(key.pemRepresentation, to: file)
        return try Self.key(key, file: file)
    }

    private static func key(_ key: P256.Signing.PrivateKey, file: String) throws -> Key {
        let half = file + ".pub"
        try SecretFile.write(key.publicKey.pemRepresentation, to: half)
        let jwk = TestClient.publicJWK(of: key)
        let members = #"{"crv":"P-256","kty":"EC","x":"\#(jwk.x)","y":"\#(jwk.y)"}"#
        let id = TestClient.base64URL(Data(SHA256.hash(data: Data(members.utf8))))
        return Key(id: id, privateFile: file, publicFile: half)
    }

    /// Restarts the accounts service with other keys.
    func publish(_ files: [String], signing key: Key? = nil) async throws {
        var settings = try AccountsSettings(of: stack)
        settings.accounts["publishedKeyFiles"] = files
        if let key { settings.accounts["signingKeyFile"] = key.privateFile }
        try settings.write(to: stack.directory.configFile(of: .accounts))
        try await stack.restart(.accounts)
    }

    /// A new token.
    func token() async throws -> String {
        try await client.requestToken(assertion: client.assertion()).decode(AccessToken.self)
            .accessToken
    }

    /// The names of the keys in the set.
    func publishedKeys() async throws -> [String] {
        try await client.call(.getKeySet).decode(KeySet.self).keys.map(\.kid)
    }

    /// The status with which the accounts service, which issued a token, answers it.
    func accountsAnswer(to token: String) async throws -> Int {
        try await client.send(.listCoins, authorization: "Bearer \(token)").status
    }

    /// The status with which another service answers a token.
    func walletAnswer(to token: String) async throws -> Int {
        try await client.send(
            .getCirculation,
            ["coinCode": TestCommunity.coin],
            authorization: "Bearer \(token)"
        ).status
    }
}

/// The configuration file of a stack's accounts service, to be changed.
private struct AccountsSettings {
    private var all: [String: Any]

    init(of stack: LocalStack) throws {
        let file = URL(filePath: stack.directory.configFile(of: .accounts))
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
        all = try #require(object as? [String: Any])
    }

    var accounts: [String: Any] {
        get { all["accounts"] as? [String: Any] ?? [:] }
        set { all["accounts"] = newValue }
    }

    var http: [String: Any] {
        get { all["http"] as? [String: Any] ?? [:] }
        set { all["http"] = newValue }
    }

    var signingKeyFile: String {
        get throws { try #require(accounts["signingKeyFile"] as? String) }
    }

    func write(to file: String) throws {
        let bytes = try JSONSerialization.data(withJSONObject: all)
        try SecretFile.write(String(decoding: bytes, as: UTF8.self), to: file)
    }
}
