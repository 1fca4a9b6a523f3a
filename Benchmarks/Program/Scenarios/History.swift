import Foundation
import Ledger
import LocalStack

/// The same reads and writes beside a small and a large history, each in an installation of its
/// own and in turns, so that both see the same machine.
struct History: Sendable {
    /// What is asked.
    enum Act: String, CaseIterable, Sendable {
        /// The newest page of a wallet's statement, `pageLines` long.
        case statement
        /// What is in a wallet's pots.
        case balance
        /// A transfer.
        case write
    }

    /// As many as every reader has with the small history already.
    static let pageLines = 20

    /// One of the two.
    struct Side: Sendable {
        let name: String
        let town: Town
    }

    let small, large: Side
    private let wrk: Wrk
    private let scratch: String

    /// Starts both and fills them.
    init(plan: Plan, programs: String, scratch: String, decks: String) async throws {
        self.scratch = decks
        wrk = try Wrk()
        func side(_ name: String, _ transfers: Int) async throws -> Side {
            let installation = try await Installation.start(
                in: "\(scratch)/\(name)",
                programs: programs
            )
            do {
                return try await Self.filled(installation, name, transfers, plan)
            } catch {
                await installation.stop()
                throw error
            }
        }
        small = try await side("small", plan.smallHistory)
        do {
            large = try await side("large", plan.history)
        } catch {
            await small.town.installation.stop()
            throw error
        }
    }

    func stop() async {
        await small.town.installation.stop()
        await large.town.installation.stop()
    }

    /// Does everything once, so that nobody measures how connections are opened and statements
    /// prepared, and lets the servers settle.
    func warmUp() async throws {
        for side in [small, large] {
            for act in Act.allCases { _ = try await measure(act, side, seconds: 1) }
            try await side.town.installation.settle()
        }
    }

    func measure(_ act: Act, _ side: Side, seconds: Int) async throws -> Sample {
        let (town, connections) = (side.town, Plan.comparedConnections)
        if act == .write {
            return try await Transfers(town: town, wrk: wrk, scratch: scratch)
                .measure(.uniform, connections: connections, seconds: seconds)
        }
        let deck = "\(scratch)/reads.deck"
        try await town.deck().write(toFile: deck, atomically: true, encoding: .utf8)
        let job = Wrk.Job(
            script: "reads.lua",
            url: town.url(of: .wallet),
            deck: deck,
            path: act == .statement
                ? "/v1/wallets/%s/statement-lines?limit=\(Self.pageLines)" : "/v1/wallets/%s"
        )
        return try await town.installation.sample {
            Sample(try await wrk.run(job, connections: connections, seconds: seconds))
        }
    }

    /// Through `ledger.post`, half of it in the town and half in a second community beside it: a
    /// history that was made otherwise would be another one.
    private static func filled(
        _ installation: Installation,
        _ name: String,
        _ transfers: Int,
        _ plan: Plan
    ) async throws -> Side {
        say("\(name) history: founding a town")
        let town = try await Town.found(
            wallets: plan.wallets,
            payers: plan.payers,
            in: installation
        )
        let beside = try await Books.bare(pots: plan.wallets, in: installation)
        // Residents with a phone have a full page to read in both; the small history is theirs.
        let writers =
            transfers > plan.smallHistory ? town.inLedger.pots : town.payersInLedger.pots
        say("\(name) history: posting \(transfers) transfers")
        let start = ContinuousClock.now
        let posted = try await LedgerAlone.post(
            [Books.Community(id: town.inLedger.id, pots: writers), beside],
            batch: Ledger.largestBatch,
            in: installation
        ) { $0 < transfers / 2 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say("\(name) history: \(Table.text(Double(posted) / seconds)) transfers/s")
        return Side(name: name, town: town)
    }
}
