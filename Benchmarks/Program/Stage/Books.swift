import Domain
import Foundation
import Ledger
import Postgres

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
        try await open(coin, of: community, in: installation)
        try await openProgramme(programme, coin: coin, community: community, in: installation)
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

    private static func open(
        _ coin: String,
        of community: UUID,
        in installation: Installation
    ) async throws {
        try await installation.accounts.transaction { connection in
            try Ledger.openCoin(coin, community: community, connection)
            try connection.execute(
                """
                INSERT INTO accounts.community (community_id, name, time_zone, created_at)
                VALUES (\(community), 'bare', 'UTC', now())
                """
            )
            try connection.execute(
                """
                INSERT INTO accounts.coin (community_id, code, name, symbol, digits, peg, created_at)
                VALUES (\(community), \(coin), \(coin), 'P', 2, 'EUR', now())
                """
            )
        }
    }

    /// The programme has the id of its account.
    private static func openProgramme(
        _ programme: UUID,
        coin: String,
        community: UUID,
        in installation: Installation
    ) async throws {
        let reserved = UUID()
        try await installation.disbursement.transaction { connection in
            for (account, kind) in [
                (programme, Ledger.AccountKind.programme), (reserved, .reserved),
            ] {
                try Ledger.openAccounts(
                    [account],
                    kind,
                    coin: coin,
                    community: community,
                    connection
                )
            }
            try connection.execute(
                """
                INSERT INTO disbursement.programme (community_id, id, name, coin, account_id,
                                                    reserved_account_id, created_at)
                VALUES (\(community), \(programme), 'bare', \(coin), \(programme), \(reserved), now())
                """
            )
        }
    }

    /// Coins for a programme, with the record that the database holds them against.
    private static func fund(
        _ programme: UUID,
        _ total: Int64,
        coin: String,
        community: UUID,
        in installation: Installation
    ) async throws {
        let id = UUID()
        let verdict = try await installation.disbursement.transaction { connection in
            guard let books = try Ledger.accounts(ofCoin: coin, community: community, connection)
            else { throw BenchmarkFailure("the coin has no books") }
            try connection.execute(
                """
                INSERT INTO disbursement.funding (community_id, id, programme_id, amount,
                                                  bank_reference, funded_by, funded_at)
                VALUES (\(community), \(id), \(programme), \(total), 'bare', \(id), now())
                """
            )
            let funding = TransferProposal(
                id: id,
                kind: .funding,
                legs: [
                    .exact(account: books.bank, minorUnits: -total),
                    .exact(account: books.reserve, minorUnits: total),
                    .exact(account: books.issuance, minorUnits: -total),
                    .exact(account: programme, minorUnits: total),
                ]
            )
            return try Ledger.post([funding], community: community, connection).verdicts
        }
        guard verdict == [.posted] else {
            throw BenchmarkFailure("the ledger refused what it should have posted")
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
