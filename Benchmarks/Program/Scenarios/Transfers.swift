import Foundation
import LocalStack

/// Transfers between people through HTTP: every request has a token that is verified and an
/// idempotency key of its own.
struct Transfers: Sendable {
    /// Whom the payers pay.
    enum Traffic: String, CaseIterable, Sendable {
        /// Anybody, all with the same chance.
        case uniform
        /// All the same person.
        case hot
    }

    let town: Town
    let wrk: Wrk
    let scratch: String

    func measure(
        _ traffic: Traffic,
        connections: Int,
        seconds: Int
    ) async throws -> Sample {
        let deck = "\(scratch)/\(traffic.rawValue).deck"
        let payees = traffic == .hot ? Array(town.wallets.suffix(1)) : town.wallets
        try await town.deck(payees: payees).write(toFile: deck, atomically: true, encoding: .utf8)
        let job = Wrk.Job(script: "transfers.lua", url: town.url(of: .wallet), deck: deck)
        return try await town.installation.sample {
            Sample(try await wrk.run(job, connections: connections, seconds: seconds))
        }
    }
}
