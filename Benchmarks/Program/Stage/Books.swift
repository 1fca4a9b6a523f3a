import Domain
import Foundation
import Ledger
import Postgres
import TestSupport

/// What the benchmarks ask of the ledger beside its own interface: accounts with coins in them.
enum Books {
    /// A community and pots of it that have coins.
    struct Community: Sendable {
        let id: UUID
        let pots: [UUID]
    }

    /// What every pot of a bare community begins with, in minor units.
    static let opening: Int64 = 10_000_000

    /// Makes a community without services, with a programme and so many pots.
    static func bare(pots count: Int, in installation: Installation) async throws -> Community {
        let pots = (0..<count).map { _ in UUID() }
        let (community, coin, programme) = (UUID(), "proef", UUID())
        try await BareBooks.openCommunity(community, coin: coin, as: installation.accounts)
        try await BareBooks.openProgramme(
            programme,
            coin: coin,
            community: community,
            as: installation.disbursement
        )
        try await fund(
            programme,
            Int64(count) * opening,
            coin: coin,
            community: community,
            in: installation
        )
        try await installation.wallet.transaction { connection in
            try Ledger.openAccounts(pots, .pot, coin: coin, community: community, connection)
        }
        try await fill(
            pots.map { ($0, opening) },
            from: programme,
            community: community,
            in: installation
        )
        return Community(id: community, pots: pots)
    }

    /// Coins for a programme, with the record that the database holds them against.
    private static func fund(
        _ programme: UUID,
        _ total: Int64,
        coin: String,
        community: UUID,
        in installation: Installation
    ) async throws {
        let books = try await BareBooks.accounts(
            ofCoin: coin,
            community: community,
            as: installation.disbursement
        )
        let funding = BareBooks.funding(total, to: programme, books)
        try await installation.disbursement.transaction { connection in
            try connection.execute(BareBooks.booking(funding, total, of: programme, community))
            try Ledger.post(funding, community: community, connection)
        }
    }

    /// Credits pots from a programme's account.
    static func fill(
        _ pots: [(pot: UUID, minorUnits: Int64)],
        from programme: UUID,
        community: UUID,
        in installation: Installation
    ) async throws {
        for start in stride(from: 0, to: pots.count, by: Ledger.largestBatch) {
            let part = pots[start..<min(start + Ledger.largestBatch, pots.count)]
            let proposals = part.map { pot, minorUnits in
                TransferProposal(
                    id: UUID(),
                    kind: .disbursement,
                    legs: [
                        .exact(account: programme, minorUnits: -minorUnits),
                        .exact(account: pot, minorUnits: minorUnits),
                    ]
                )
            }
            try await post(proposals, community: community, as: installation.disbursement)
        }
    }

    /// Posts a batch of which everything must be accepted.
    static func post(
        _ proposals: [TransferProposal],
        community: UUID,
        as database: Database
    ) async throws {
        let outcome = try await database.transaction { connection in
            try Ledger.post(proposals, community: community, connection)
        }
        guard outcome.verdicts.allSatisfy({ $0 == .posted }) else {
            throw BenchmarkFailure("the ledger refused what it should have posted")
        }
    }

    /// How many transfers a community has, or all.
    static func transfers(
        of community: UUID? = nil,
        in installation: Installation
    ) async throws -> Int {
        try await installation.wallet.query(
            """
            SELECT count(*) FROM ledger.transfer
             WHERE \(community)::uuid IS NULL OR community_id = \(community)
            """
        ) { try $0.one().decode(Int.self) }
    }
}
