import Foundation
import Ledger
import LocalStack

/// The same reads and writes beside a small and a large history, each in an installation of its
/// own and in turns, so that both see the same machine.
struct History: Sendable {
    /// What is asked.
    enum Act: String, CaseIterable, Sendable {
        /// The newest page of a wallet's statement, 50 lines.
        case statement
        /// What is in a wallet's pots.
        case balance
        /// A transfer.
        case write
    }

    /// One of the two.
    struct Side: Sendable {
        let name: String
        let town: Town
        let books: BookKeeping
        /// How many transfers it had when the measurements began.
        let transfers: Int
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
            path: act == .statement ? "/v1/wallets/%s/statement-lines" : "/v1/wallets/%s"
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
        say("\(name) history: posting \(transfers) transfers")
        let start = ContinuousClock.now
        let posted = try await LedgerAlone.post(
            [town.inLedger, beside],
            batch: Ledger.largestBatch,
            in: installation
        ) { $0 < transfers / 2 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        say("\(name) history: \(Table.text(Double(posted) / seconds)) transfers/s")
        try await installation.settle()
        let books = try await BookKeeping(of: installation)
        return Side(name: name, town: town, books: books, transfers: books.before)
    }
}
