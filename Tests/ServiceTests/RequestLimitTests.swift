import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// How much one address and one client may ask, and that a flood takes nothing from payments.
@Suite struct RequestLimitTests {
    @Test func `an address that asks too much has to wait, whatever it asks`() async throws {
        try await withService(.wallet, ["addressRequests": 5]) { url in
            // The checks whether it is ready took some already.
            var answer = try await RawHTTP.send(method: "GET", url: url + "/nowhere")
            while answer.status != 429 {
                #expect(answer.status == 404)
                #expect(answer.headers["ratelimit-policy"] == "\"address\";q=5;w=10")
                answer = try await RawHTTP.send(method: "GET", url: url + "/nowhere")
            }
            #expect(answer.problemType == .tooManyRequests)
            #expect(answer.headers["ratelimit"]?.hasPrefix("\"address\";r=0;t=") == true)
            #expect((1...10).contains(Int(answer.headers["retry-after"] ?? "") ?? 0))
            var live: Set<Int> = []
            for _ in 1...1000 where !live.contains(429) {
                live.insert(try await RawHTTP.send(method: "GET", url: url + "/health/live").status)
            }
            #expect(live.contains(429))
        }
    }

    @Test func `a proxy that is trusted tells the address, nobody else does`() async throws {
        func statuses(_ url: String, _ address: String, _ count: Int) async throws -> Set<Int> {
            var statuses: Set<Int> = []
            for _ in 0..<count {
                let headers = ["X-Forwarded-For": "203.0.113.99, \(address)"]
                let answer = try await RawHTTP.send(
                    method: "GET",
                    url: url + "/nowhere",
                    headers: headers
                )
                statuses.insert(answer.status)
            }
            return statuses
        }
        // What comes back while it asks is little: it is refused sooner or later.
        func exhaust(_ url: String, _ address: String) async throws {
            var seen: Set<Int> = []
            for _ in 1...1000 where !seen.contains(429) {
                seen.formUnion(try await statuses(url, address, 1))
            }
            #expect(seen.contains(429))
        }
        let few = ["addressRequests": 20]
        try await withService(.wallet, few, trusting: ["127.0.0.0/8"]) { url in
            try await exhaust(url, "198.51.100.1")
            let modest = try await statuses(url, "198.51.100.2", 5)
            #expect(modest == [404])
            // One network of IPv6 is one party.
            let first = try await statuses(url, "2001:db8:0:1::1", 15)
            try await exhaust(url, "2001:db8:0:1::2")
            let elsewhere = try await statuses(url, "2001:db8:0:2::1", 5)
            #expect(first == [404] && elsewhere == [404])
        }
        try await withService(.wallet, few) { url in
            var seen: Set<Int> = []
            for number in 1...1000 where !seen.contains(429) {
                seen.formUnion(try await statuses(url, "198.51.100.\(number % 250)", 1))
            }
            #expect(seen.contains(429))
        }
    }

    @Test func `a client that asks too much has to wait, another goes on`() async throws {
        let cast = try await Cast.shared
        try await withService(.wallet, ["clientRequests": 5]) { url in
            func ask(_ client: TestClient) async throws -> TestAnswer {
                try await RawHTTP.send(
                    method: "GET",
                    url: url + "/v1/wallet-classes",
                    headers: ["Authorization": "Bearer \(try await client.accessToken())"]
                )
            }
            var statuses: Set<Int> = []
            for _ in 1...1000 where !statuses.contains(429) {
                statuses.insert(try await ask(cast.community.administrator).status)
            }
            #expect(statuses == [200, 429])
            let other = try await ask(TestCommunity.make().administrator)
            #expect(other.status == 200)
            let policy = other.headers["ratelimit-policy"] ?? ""
            #expect(policy.hasSuffix("\"client\";q=5;w=10") && policy.hasPrefix("\"address\""))
        }
    }

    @Test func `tokens and enrolments have limits of their own`() async throws {
        try await withService(.accounts, ["tokenRequests": 3, "enrolmentRequests": 3]) { url in
            for (path, type, name) in [
                ("/v1/token", MediaType.form, "token"),
                ("/v1/enrolments", MediaType.json, "enrolment"),
            ] {
                var statuses: [Int] = []
                for _ in 1...1000 where statuses.last != 429 {
                    let answer = try await RawHTTP.send(
                        method: "POST",
                        url: url + path,
                        headers: ["Content-Type": type, "Idempotency-Key": UUID().uuidString],
                        body: Data("{}".utf8)
                    )
                    statuses.append(answer.status)
                    if answer.status == 429 {
                        #expect(answer.problemType == .tooManyRequests)
                        #expect(answer.headers["ratelimit"]?.contains("\"\(name)\";r=0") == true)
                    }
                }
                // What comes back while it asks is little: a token in twenty seconds.
                #expect(statuses.count > 3 && statuses.last == 429, "\(path)")
                #expect(statuses.dropLast().allSatisfy { $0 == 400 }, "\(path)")
            }
            #expect(try await RawHTTP.send(method: "GET", url: url + "/v1/jwks").status == 200)
        }
    }

    @Test func `a flood of lists leaves payments their place`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        try await withService(.merchant, ["bulkRunning": 1, "bulkWaiting": 2]) { url in
            let (owner, till) = (
                shop.owner.moved(.merchant, to: url), shop.till.moved(.merchant, to: url)
            )
            let phone = resident.phone.moved(.merchant, to: url)
            let flood = Task {
                await TestClient.$comesBack.withValue(false) {
                    await withTaskGroup(of: Set<Int>.self) { group in
                        for _ in 0..<64 {
                            group.addTask {
                                var statuses: Set<Int> = []
                                repeat {
                                    // A request that is under way when the flood ends is cancelled.
                                    guard
                                        let answer = try? await owner.call(
                                            .listPayments,
                                            query: "limit=250"
                                        )
                                    else { break }
                                    statuses.insert(answer.status)
                                    if answer.status == 503 {
                                        #expect(answer.headers["retry-after"] != nil)
                                        #expect(answer.problemType == .serviceUnavailable)
                                    }
                                } while !Task.isCancelled
                                return statuses
                            }
                        }
                        return await group.reduce(into: Set<Int>()) { $0.formUnion($1) }
                    }
                }
            }
            for _ in 0..<20 {
                let payment = try await till.call(
                    .requestPayment,
                    body: PaymentRequest(amount: community.amount("1.00"), reference: "bon")
                ).decode(Payment.self)
                let accepted = try await phone.call(
                    .acceptPayment,
                    ["paymentId": "\(payment.id)"],
                    body: resident.acceptance(of: payment)
                )
                #expect(accepted.status == 201, "\(accepted.text)")
            }
            flood.cancel()
            #expect(await flood.value.contains(503))
        }
        #expect(try await resident.available() == "30.00")
    }

    // MARK: -

    private func withService(
        _ name: ServiceName,
        _ limits: [String: Int],
        trusting proxies: [String] = [],
        _ body: (String) async throws -> Void
    ) async throws {
        let service = try await SecondInstance.start(
            name,
            of: TestStack.shared,
            programs: TestStack.programs
        ) { settings in
            let usual = settings["limits"] as? [String: Any] ?? [:]
            settings["limits"] = usual.merging(limits) { $1 }
            var http = settings["http"] as? [String: Any] ?? [:]
            http["trustedProxies"] = proxies
            settings["http"] = http
        }
        let url = try #require(await service.url)
        do {
            try await body(url)
        } catch {
            await service.stop()
            throw error
        }
        await service.stop()
    }
}

extension TestClient {
    /// The same client, who calls another instance of one service.
    fileprivate func moved(_ service: ServiceName, to url: String) -> TestClient {
        at(urls.merging([service: url]) { $1 })
    }
}
