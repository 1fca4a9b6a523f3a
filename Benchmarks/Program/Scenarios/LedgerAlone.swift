import Domain
import Foundation
import Ledger
import Postgres

/// `ledger.post` without services: batches of transfers between random pots, one batch in flight
/// per community.
struct LedgerAlone: Sendable {
    static let pots = 10_000

    let installation: Installation
    let communities: [Books.Community]

    /// Makes two communities.
    init(_ installation: Installation) async throws {
        self.installation = installation
        communities = [
            try await Books.bare(pots: Self.pots, in: installation),
            try await Books.bare(pots: Self.pots, in: installation),
        ]
    }

    func measure(batch: Int, communities count: Int, seconds: Int) async throws -> Sample {
        try await installation.sample {
            let start = ContinuousClock.now
            let posted = try await Self.post(
                Array(communities.prefix(count)),
                batch: batch,
                in: installation
            ) { _ in ContinuousClock.now - start < .seconds(seconds) }
            return Sample(
                perSecond: Double(posted) / ((ContinuousClock.now - start) / .seconds(1)),
                operations: posted
            )
        }
    }

    /// Posts batches in all communities at the same time while `goesOn` says so, which is asked
    /// before every batch with what was posted in its community; how many transfers were posted.
    static func post(
        _ communities: [Books.Community],
        batch: Int,
        in installation: Installation,
        while goesOn: @escaping @Sendable (Int) -> Bool
    ) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for books in communities {
                group.addTask {
                    var (posted, random) = (0, FastRandom())
                    while goesOn(posted) {
                        let proposals = proposals(batch, among: books.pots, using: &random)
                        try await Books.post(
                            proposals,
                            community: books.id,
                            as: installation.wallet
                        )
                        posted += batch
                    }
                    return posted
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func proposals(
        _ count: Int,
        among pots: [UUID],
        using random: inout FastRandom
    ) -> [TransferProposal] {
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        return (0..<count).map { _ in
            let payer = Int.random(in: 0..<pots.count, using: &random)
            let step = Int.random(in: 1..<pots.count, using: &random)
            let amount = Int64.random(in: 1...100, using: &random)
            return TransferProposal(
                id: .timeOrdered(microseconds: now, using: &random),
                kind: .transfer,
                legs: [
                    .exact(account: pots[payer], minorUnits: -amount),
                    .exact(account: pots[(payer + step) % pots.count], minorUnits: amount),
                ]
            )
        }
    }
}

/// SplitMix64: ids and picks must not cost more than what is measured.
private struct FastRandom: RandomNumberGenerator {
    private var state = UInt64.random(in: .min ... .max)

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
