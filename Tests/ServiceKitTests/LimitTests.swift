import API
import HTTPTypes
import Testing

@testable import ServiceKit

/// Token buckets, addresses and gates by themselves.
@Suite struct LimitTests {
    private static let second: Int64 = 1_000_000_000
    private let quota = Quota(name: "a", requests: 10, seconds: 5)

    @Test func `a bucket gives what it has, and refills evenly`() {
        let buckets = TokenBuckets(quota, most: 64)
        let first = (0..<10).map { _ in buckets.take("a", now: 0) }
        #expect(first.allSatisfy { $0.isAllowed })
        #expect(first.map(\.remaining) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
        #expect(first[0].resetSeconds == 1 && first[9].resetSeconds == 5)
        let refused = buckets.take("a", now: 0)
        #expect(!refused.isAllowed && refused.retryAfterSeconds == 1 && refused.remaining == 0)
        #expect(buckets.take("b", now: 0).remaining == 9)
        #expect(buckets.take("a", now: Self.second / 2).isAllowed)
        #expect(!buckets.take("a", now: Self.second / 2).isAllowed)
        #expect(buckets.take("a", now: 20 * Self.second).remaining == 9)
    }

    @Test func `whoever is limited stays so, however many others come`() {
        let buckets = TokenBuckets(quota, most: 64)
        for _ in 0..<10 { _ = buckets.take("greedy", now: 0) }
        for other in 0..<10_000 { #expect(buckets.take("\(other)", now: 0).isAllowed) }
        #expect(!buckets.take("greedy", now: 0).isAllowed)
    }

    @Test func `an IPv4 address and a network of IPv6 are one party each`() throws {
        func block(_ text: String) throws -> UInt64 {
            try #require(NetworkAddress(text), "\(text)").block
        }
        #expect(try block("192.0.2.1") == block("::ffff:192.0.2.1"))
        #expect(try block("192.0.2.1") != block("192.0.2.2"))
        #expect(try block("2001:db8::1") == block("2001:db8:0:0:ffff::1"))
        #expect(try block("2001:db8::1") != block("2001:db8:0:1::1"))
        for text in ["", "a", "1.2.3", "1.2.3.4.5", "300.1.1.1", "unknown", "1.2.3.4:80"] {
            #expect(NetworkAddress(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false),
        ("0.0.0.0/0", "203.0.113.1", true), ("0.0.0.0/0", "2001:db8::1", false),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false),
        ("2001:db8::/96", "2001:db8::1:1", true), ("2001:db8::/96", "2001:db8::1:0:1", false),
        ("::/0", "203.0.113.1", true),
    ])
    func `a range has the addresses that begin as it does`(
        range: String,
        address: String,
        isIn: Bool
    ) throws {
        let range = try #require(NetworkAddress.Range(range))
        #expect(range.contains(try #require(NetworkAddress(address))) == isIn)
    }

    @Test func `what is no range is refused`() {
        for text in ["", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/a", "::/129", "1.1.1.1/8/8"]
        {
            #expect(NetworkAddress.Range(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        // What the client wrote itself stands in front.
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::9]:4711", "2001:db8::9"),
        ("10.0.0.1", "nonsense", "10.0.0.1"), ("10.0.0.1", "", "10.0.0.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
    ])
    func `only proxies of ours tell whose request it is`(
        connection: String,
        header: String,
        client: String
    ) throws {
        let proxies = TrustedProxies(ranges: [try #require(NetworkAddress.Range("10.0.0.0/8"))])
        let request = request(.get, "/", [.init("X-Forwarded-For")!: header])
        #expect(
            proxies.client(of: request, connection: NetworkAddress(connection))
                == NetworkAddress(client)
        )
    }

    @Test func `a gate lets so many through, has so many wait and refuses the rest`() async throws {
        // A busy machine may take its time.
        let gate = Gate(running: 2, waiting: 3, patience: .seconds(600))
        let (inside, enter) = AsyncStream.makeStream(of: Void.self)
        let (release, letGo) = AsyncStream.makeStream(of: Void.self)
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do {
                        try await gate.pass {
                            enter.yield()
                            for await _ in release { break }
                        }
                        return true
                    } catch { return false }
                }
            }
            // Five have a place or wait for one; three do not.
            var refused = 0
            while refused < 3, await group.next() == false { refused += 1 }
            #expect(refused == 3)
            #expect(gate.counts.running == 2 && gate.counts.waiting == 3)
            letGo.finish()
            return await group.reduce(into: []) { $0.append($1) }
        }
        enter.finish()
        #expect(results == [true, true, true, true, true])
        #expect(await inside.reduce(0) { count, _ in count + 1 } == 5)
        #expect(gate.counts.running == 0 && gate.counts.refused == 3)
    }

    @Test func `payments are of a class of their own, lists are bulk`() {
        #expect(WorkClass(.acceptPayment) == .payment)
        #expect(WorkClass(.createTransfer) == .payment)
        #expect(WorkClass(.listStatementLines) == .bulk)
        #expect(WorkClass(.getStatusReport) == .bulk)
        #expect(WorkClass(.submitBatch) == .upload)
        #expect(WorkClass(.appendToUpload) == .upload && WorkClass(.submitUpload) == .upload)
        #expect(WorkClass(.getWallet) == .usual)
        #expect(WorkClass(.getLiveness) == .free)
    }
}
