import API
import AsyncHTTPClient
import Foundation
import LocalStack
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// TLS and HTTP/2 inside a service.
@Suite struct TransportTests {
    @Test(arguments: [
        (HTTPClient.Configuration.HTTPVersion.automatic, HTTPVersion.http2),
        (.http1Only, HTTPVersion.http1_1),
    ])
    func `a service speaks HTTP/2 and HTTP/1.1 over TLS`(
        offered: HTTPClient.Configuration.HTTPVersion,
        spoken: HTTPVersion
    ) async throws {
        try await withSecureWallet { authority, wallet in
            let client = try TrustedRoots.client(authority.rootFile, version: offered)
            let official = try await Cast.shared.community.administrator
            var request = HTTPClientRequest(url: "\(wallet)/v1/wallet-classes")
            request.headers.add(
                name: "Authorization",
                value: "Bearer \(try await official.accessToken())"
            )
            // Several at once: over HTTP/2 they are streams of one connection.
            let answers = try await withThrowingTaskGroup(of: (HTTPVersion, Int).self) { group in
                for _ in 0..<20 {
                    group.addTask { [request] in
                        let answer = try await client.execute(request, timeout: .seconds(180))
                        let body = try await answer.body.collect(upTo: 1 << 20)
                        #expect(answer.headers["RateLimit"].count == 1)
                        #expect(body.readableBytes > 0)
                        return (answer.version, Int(answer.status.code))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await client.shutdown()
            #expect(answers.allSatisfy { $0 == (spoken, 200) })
        }
    }

    @Test func `only a client that knows the authority, and TLS 1.2, gets through`() async throws {
        try await withSecureWallet { authority, wallet in
            let request = HTTPClientRequest(url: "\(wallet)/health/live")
            let old = try TrustedRoots.client(authority.rootFile, oldTLS: true)
            await #expect(throws: (any Error).self) {
                try await old.execute(request, timeout: .seconds(180))
            }
            try await old.shutdown()
            await #expect(throws: (any Error).self) {
                try await RawHTTP.client.execute(request, timeout: .seconds(180))
            }
            // Without TLS there is no answer either.
            await #expect(throws: (any Error).self) {
                let plain = wallet.replacing("https:", with: "http:") + "/health/live"
                _ = try await RawHTTP.send(method: "GET", url: plain)
            }
            #expect(try await isServed(wallet, trusting: authority))
        }
    }

    @Test func `a renewed certificate is shown without a restart, a broken one is not`()
        async throws
    {
        try await withSecureWallet { first, wallet in
            let second = try TestAuthority()
            #expect(try await isServed(wallet, trusting: second) == false)
            try second.issue()
            // The certificate alone, as when somebody has not written the key yet.
            try replace(first.certificateFile, by: second.certificateFile)
            #expect(try await isServed(wallet, trusting: first))
            try replace(first.privateKeyFile, by: second.privateKeyFile)
            _ = try await eventually("the new certificate is shown") {
                try await isServed(wallet, trusting: second) ? true : nil
            }
            #expect(try await isServed(wallet, trusting: first) == false)
            try Data("no certificate".utf8).write(to: URL(filePath: first.certificateFile))
            #expect(try await isServed(wallet, trusting: second))
        }
    }

    @Test func `keys are fetched over TLS from whom the configuration trusts`() async throws {
        let stack = try await TestStack.shared
        let authority = try TestAuthority()
        try authority.issue()
        let accounts = try await secure(.accounts, authority)
        let keys = try #require(await accounts.url) + "/v1/jwks"
        // Not ready before it has the keys.
        let wallet = try await SecondInstance.start(
            .wallet,
            of: stack,
            programs: TestStack.programs
        ) { settings in
            var auth = settings["auth"] as? [String: Any] ?? [:]
            auth["keySetUrl"] = keys
            auth["rootCertificateFile"] = authority.rootFile
            settings["auth"] = auth
        }
        let official = try await Cast.shared.community.administrator
        let answer = try await RawHTTP.send(
            method: "GET",
            url: try #require(await wallet.url) + "/v1/wallet-classes",
            headers: ["Authorization": "Bearer \(try await official.accessToken())"]
        )
        #expect(answer.status == 200)
        await wallet.stop()
        await accounts.stop()
    }

    // MARK: -

    private func secure(
        _ service: ServiceName,
        _ authority: TestAuthority
    ) async throws -> ServiceProcess {
        try await SecondInstance.start(
            service,
            of: TestStack.shared,
            programs: TestStack.programs,
            rootCertificateFile: authority.rootFile
        ) { settings in
            var http = settings["http"] as? [String: Any] ?? [:]
            http["tls"] = [
                "certificateFile": authority.certificateFile,
                "privateKeyFile": authority.privateKeyFile,
            ]
            settings["http"] = http
        }
    }

    private func withSecureWallet(
        _ body: (TestAuthority, String) async throws -> Void
    ) async throws {
        let authority = try TestAuthority()
        try authority.issue()
        let wallet = try await secure(.wallet, authority)
        let url = try #require(await wallet.url)
        do {
            try await body(authority, url)
        } catch {
            await wallet.stop()
            throw error
        }
        #expect(await wallet.stop() == .exited(0))
    }

    private func isServed(_ url: String, trusting authority: TestAuthority) async throws -> Bool {
        try await TrustedRoots.withClient(authority.rootFile) { client in
            let request = HTTPClientRequest(url: "\(url)/health/live")
            let answer = try? await client.execute(request, timeout: .seconds(180))
            return answer?.status == .ok
        }
    }

    private func replace(_ file: String, by other: String) throws {
        try Data(contentsOf: URL(filePath: other)).write(
            to: URL(filePath: file),
            options: .atomic
        )
    }
}
