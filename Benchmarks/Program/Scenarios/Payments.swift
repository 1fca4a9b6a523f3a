import API
import Domain
import Foundation
import LocalStack
import Postgres
import TestSupport

/// Shop payments through HTTP: each acceptance carries a fresh P-256 signature and a position,
/// which the service checks against the area of the coin. One merchant takes them all in.
struct Payments: Sendable {
    let town: Town
    let shop: TestShop
    let wrk: Wrk
    let scratch: String

    /// More than two cores can take, so that prepared payments do not run out.
    private static let mostPerSecond = 4000
    /// Asking for payments takes longer than accepting them.
    private static let mostSeconds = 4
    private static let value = "1.25"

    /// Opens the shop.
    init(town: Town, wrk: Wrk, scratch: String) async throws {
        self.town = town
        self.wrk = wrk
        self.scratch = scratch
        shop = try await town.community.openShop()
    }

    func measure(connections: Int, seconds: Int) async throws -> Sample {
        let seconds = min(seconds, Self.mostSeconds)
        let count = Self.mostPerSecond * seconds
        let deck = "\(scratch)/payments.deck"
        try await prepare(count, in: deck)
        defer { try? FileManager.default.removeItem(atPath: deck) }
        let job = Wrk.Job(script: "prepared.lua", url: town.url(of: .merchant), deck: deck)
        let sample = try await town.installation.sample {
            Sample(try await wrk.run(job, connections: connections, seconds: seconds))
        }
        guard sample.operations < count else {
            throw BenchmarkFailure("all \(count) prepared payments were used up")
        }
        return sample
    }

    /// The till asks, as tills do, and the phones sign: all that comes before an acceptance.
    private func prepare(_ count: Int, in deck: String) async throws {
        let payments = try await inParallel(Array(0..<count)) { _ in
            try await shop.request(Self.value)
        }
        let tokens = try await town.tokens()
        let halves = [0..<count / 2, count / 2..<count]
        let parts = try await inParallel(halves) { half in
            var bytes = Data(capacity: half.count * 1600)
            for number in half {
                let (payer, token) = tokens[number % tokens.count]
                let text = try request(payments[number], by: payer.resident, token: token)
                bytes.append(contentsOf: "\(text.utf8.count)\n".utf8)
                bytes.append(contentsOf: text.utf8)
            }
            return bytes
        }
        try parts.reduce(Data(), +).write(to: URL(filePath: deck))
    }

    private func request(
        _ payment: Payment,
        by payer: TestResident,
        token: String
    ) throws -> String {
        let body = try JSONEncoder().encode(try payer.acceptance(of: payment))
        let path = API.Operation.acceptPayment.path.replacing("{paymentId}", with: "\(payment.id)")
        return """
            POST \(path) HTTP/1.1\r
            Host: \(town.host(of: .merchant))\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            Authorization: Bearer \(token)\r
            Idempotency-Key: \(UUID().uuidString)\r
            \r
            \(String(decoding: body, as: UTF8.self))
            """
    }
}
