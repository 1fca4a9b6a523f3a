import Foundation
import Testing

@testable import ServiceKit

/// What is sent to addresses that somebody else gave us.
@Suite struct OutboundTests {
    @Test(arguments: [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "10.255.255.255", "172.16.0.1",
        "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
        "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1",
        "2001:20::1", "2002:7f00:1::1", "3fff::1", "4000::1",
    ])
    func `an address of nobody, of this machine or of its network is refused`(text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(!PublicInternet.contains(address))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "223.255.255.255", "::ffff:1.1.1.1", "2001:200::1", "2606:4700::1111", "2a00:1450::1",
    ])
    func `an address of the public internet is not`(text: String) throws {
        let address = try #require(NetworkAddress(text))
        #expect(PublicInternet.contains(address))
    }

    @Test(arguments: [
        ("https://till.example/a?b=c", "https://till.example/a?b=c"),
        ("HTTPS://Till.Example:8443", "https://till.example:8443/"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1:80/x"),
        ("https://till.example?x=1", "https://till.example/?x=1"),
    ])
    func `an address is written anew`(given: String, written: String) {
        #expect(OutboundAddress(given)?.text == written)
    }

    @Test(arguments: [
        "", "till.example", "ftp://till.example/", "https://", "https:///a",
        "https://user@till.example/", "https://user:secret@till.example/",
        "https://till.example/#part", "https://till.example:0/", "https://till.example:65536/",
        "https://till.example:1:2/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
        "https://till..example/", "https://-till.example/", "https://till_1.example/",
        "https://till.example\\@127.0.0.1/", "https://till.example /", "https://t\u{e9}l.example/",
        "https://%31%32%37.0.0.1/", "https://till.example\r\nHost: x/",
    ])
    func `what is no plain address is refused`(text: String) {
        #expect(OutboundAddress(text) == nil)
    }

    @Test(arguments: [
        "https://localhost:1/", "https://127.1:1/", "https://2130706433:1/", "https://0:1/",
        "https://0x7f000001:1/", "https://127.0.0.1:1/", "http://localhost:1/",
        "http://1.1.1.1:1/",
    ])
    func `nothing is sent to this machine, however it is written`(text: String) async throws {
        let address = try #require(OutboundAddress(text))
        let outcome = try await OutboundPost(allowsLocal: false)([], to: address, headers: [])
        #expect(outcome == .addressRefused)
    }

    @Test func `a name without an address and a port without a server are told apart`()
        async throws
    {
        let post = OutboundPost(allowsLocal: true)
        let nowhere = try #require(OutboundAddress("http://nobody.invalid/"))
        #expect(try await post([], to: nowhere, headers: []) == .unresolved)
        let closed = try #require(OutboundAddress("http://127.0.0.1:1/"))
        #expect(try await post([], to: closed, headers: []) == .unreachable)
    }
}

/// Signatures as Standard Webhooks describes them.
@Suite struct WebhookSecretTests {
    private struct Vector: Decodable {
        let name: String
        let secret, webhook_id, payload, webhook_signature: String?
        let webhook_timestamp: Int64?
    }

    private static let vectors: URL? = {
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_SHARED_DATA"]
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data =
            given.map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared/data")
        let file = data.appending(path: "vectors/vectors.json")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }()

    @Test(
        .enabled(
            if: vectors != nil,
            "skipped: the shared test data does not stand beside this checkout"
        )
    )
    func `a signature is the one that the libraries of the standard expect`() throws {
        let file = try #require(Self.vectors)
        let all = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
        let vector = try #require(all.first { $0.name == "standard-webhooks-hmac" })
        let text = try #require(vector.secret)
        let secret = try #require(WebhookSecret(text))
        let payload = try #require(vector.payload)
        let signature = secret.signature(
            id: try #require(vector.webhook_id),
            timestamp: try #require(vector.webhook_timestamp),
            body: Array(payload.utf8)
        )
        #expect(signature == vector.webhook_signature)
        #expect(secret.text == vector.secret)
    }

    @Test func `a secret is random, and reads as it was written`() throws {
        let secret = WebhookSecret.make()
        #expect(secret.bytes.count == 32)
        #expect(WebhookSecret(secret.text) == secret)
        #expect(WebhookSecret.make() != secret)
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%"] {
            #expect(WebhookSecret(text) == nil)
        }
    }
}
