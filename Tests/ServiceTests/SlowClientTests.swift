import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Clients that are too slow, too large or too many lose their connection, and nobody else does.
@Suite struct SlowClientTests {
    private static let head = "GET /health/live HTTP/1.1\r\nHost: x\r\n"

    @Test func `a client that is slow in any way loses its connection and nobody else does`()
        async throws
    {
        let patience = ["headSeconds", "bodySeconds", "writeSeconds", "idleSeconds"]
        try await withWallet(Dictionary(uniqueKeysWithValues: patience.map { ($0, 1) })) { url in
            let silent = try RawConnection(to: url)
            let halfAHead = try RawConnection(to: url)
            halfAHead.send("GET /health/live HTTP/1.1\r\nHos")
            let halfABody = try RawConnection(to: url)
            halfABody.send(
                "POST /v1/transfers HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"a\""
            )
            let unwantedBody = try RawConnection(to: url)
            unwantedBody.send("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
            let idle = try RawConnection(to: url)
            idle.send(Self.head + "\r\n")
            let deaf = try RawConnection(to: url, receiveBuffer: 4096)
            let request = "GET /v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
            deaf.send(String(repeating: request, count: 40_000))

            #expect(silent.readToEnd() == "")
            #expect(halfAHead.readToEnd() == "")
            #expect(halfABody.readToEnd()?.hasPrefix("HTTP/1.1 401 ") == true)
            #expect(unwantedBody.readToEnd()?.hasPrefix("HTTP/1.1 404 ") == true)
            #expect(idle.readToEnd()?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(deaf.isGivenUp())
            // Whoever asks may be slow by accident, too, with a second to do it in.
            _ = try await eventually("somebody else is served") {
                let answer = try? await RawHTTP.send(method: "GET", url: url + "/health/ready")
                return answer?.status == 200 ? true : nil
            }
        }
    }

    @Test func `a body that stops in the middle ends its connection`() async throws {
        try await withWallet(["bodySeconds": 1, "idleSeconds": 600]) { url in
            let official = try await Cast.shared.community.administrator
            let connection = try RawConnection(to: url)
            connection.send(
                "POST /v1/corrections HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Authorization: Bearer \(try await official.accessToken())\r\n"
                    + "Idempotency-Key: a\r\nContent-Length: 1000\r\n\r\n{\"a\""
            )
            #expect(connection.readToEnd() == "")
        }
    }

    @Test func `an address has so many connections, and those stay`() async throws {
        let settings = ["connectionsPerAddress": 30, "headSeconds": 600, "idleSeconds": 600]
        try await withWallet(settings) { url in
            let held = try (0..<24).map { _ in try RawConnection(to: url) }
            // Those that were answered have been counted, before the others.
            for connection in held { connection.send(Self.head + "\r\n") }
            #expect(held.allSatisfy { $0.hears("}") })
            let more = try (0..<30).map { _ in try RawConnection(to: url) }
            _ = try await eventually("those too many are closed") {
                more.count { $0.isClosed } >= 24 ? true : nil
            }
            #expect(held.allSatisfy { !$0.isClosed })
        }
    }

    @Test func `an address, a field or a head that is too large is refused`() async throws {
        try await withWallet([:]) { url in
            func send(_ text: String) throws -> String {
                let connection = try RawConnection(to: url)
                connection.send(text)
                let answer = connection.readToEnd()
                return try #require(answer)
            }
            let last = "Connection: close\r\n\r\n"
            let long = String(repeating: "a", count: 9000)
            let addresses = try send(
                "GET /v1/wallets?cursor=\(long) HTTP/1.1\r\nHost: x\r\n\(last)"
            )
            #expect(addresses.hasPrefix("HTTP/1.1 414 "))
            #expect(addresses.contains("/problems/uri-too-long"))
            let heads = [
                Self.head + "X-A: \(long)\(long)\r\n" + last,
                Self.head + (0..<4).map { "X-\($0): \(long)\r\n" }.joined() + last,
                Self.head + (0..<120).map { "X-\($0): a\r\n" }.joined() + last,
            ]
            for head in heads {
                let answer = try send(head)
                #expect(answer.hasPrefix("HTTP/1.1 431 "), "\(answer.prefix(200))")
                #expect(answer.contains("/problems/head-too-large"))
                #expect(answer.contains("application/problem+json"))
            }
            let nonsense = try send("hello\r\n\r\n")
            #expect(nonsense.hasPrefix("HTTP/1.1 400 "))
            #expect(nonsense.contains("/problems/invalid-request"))
            let official = try await Cast.shared.community.administrator
            let chunks = try send(
                "POST /v1/corrections HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Authorization: Bearer \(try await official.accessToken())\r\n"
                    + "Idempotency-Key: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
            )
            #expect(chunks.hasPrefix("HTTP/1.1 400 "), "\(chunks.prefix(200))")
        }
    }

    // MARK: -

    private func withWallet(
        _ changes: [String: Int],
        _ body: (String) async throws -> Void
    ) async throws {
        let wallet = try await SecondInstance.start(
            .wallet,
            of: TestStack.shared,
            programs: TestStack.programs
        ) { settings in
            let http = settings["http"] as? [String: Any] ?? [:]
            settings["http"] = http.merging(changes) { $1 }
        }
        let url = try #require(await wallet.url)
        do {
            try await body(url)
        } catch {
            await wallet.stop()
            throw error
        }
        await wallet.stop()
    }
}
