import API
import Domain
import Foundation
import Postgres
import TestSupport

/// Thousands of residents at once, by the statements and rights of the services: the only place
/// of the benchmarks that knows tables beside the ledger.
enum TownTables {
    /// Adds people who have a wallet and no phone; their wallets.
    static func addHolders(
        _ count: Int,
        community: UUID,
        in installation: Installation
    ) async throws -> [UUID] {
        let wallets = (0..<count).map { _ in UUID() }
        try await installation.accounts.transaction { connection in
            try connection.execute(
                """
                INSERT INTO accounts.party (community_id, id, kind, name, created_at)
                SELECT \(community), id, 'person', 'Ontvanger', now()
                  FROM unnest(\(wallets)) AS id
                """
            )
            _ = try connection.query(
                """
                SELECT count(o.wallet_id)
                  FROM unnest(\(wallets)) AS id
                 CROSS JOIN LATERAL wallet.open_wallet(\(community), id, id, NULL, now()) AS o
                """
            )
        }
        return wallets
    }

    /// Opens pots of the town's coin for free coins or a programme.
    static func openPots(
        of wallets: [UUID],
        programme: UUID?,
        community: UUID,
        in installation: Installation
    ) async throws -> [(wallet: UUID, pot: UUID)] {
        try await installation.wallet.transaction { connection in
            try connection.query(
                """
                SELECT wallet_id, pot_id
                  FROM wallet.open_pots(\(community), \(wallets), \(Town.coin), \(programme))
                """
            ).map { row in
                let (wallet, pot) = try row.decode(UUID.self, UUID.self)
                return (wallet: wallet, pot: pot)
            }
        }
    }

    /// The ledger account of a programme.
    static func account(
        ofProgramme programme: UUID,
        community: UUID,
        in installation: Installation
    ) async throws -> UUID {
        try await installation.disbursement.query(
            """
            SELECT account_id FROM disbursement.programme
             WHERE community_id = \(community) AND id = \(programme)
            """
        ) { try $0.one().decode(UUID.self) }
    }
}
