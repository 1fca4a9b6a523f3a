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

    /// A payment that a till asks for.
    struct AskedPayment: Sendable {
        let id: UUID
        let challenge: String
    }

    /// Has a till ask for payments, all of the same amount.
    static func requestPayments(
        _ count: Int,
        minorUnits: Int64,
        at shop: TestShop,
        community: UUID,
        in installation: Installation
    ) async throws -> [AskedPayment] {
        var random = SystemRandomNumberGenerator()
        let now = Int64(Date().timeIntervalSince1970 * 1_000_000)
        let asked = (0..<count).map { _ in
            AskedPayment(
                id: .timeOrdered(microseconds: now, using: &random),
                challenge: TestClient.base64URL((0..<16).map { _ in UInt8.random(in: 0...255) })
            )
        }
        let (ids, challenges) = (asked.map(\.id), asked.map(\.challenge))
        try await installation.merchant.execute(
            """
            INSERT INTO merchant.payment (community_id, id, merchant_id, shop_id, terminal_id,
                                          coin, amount, challenge, requested_at, expires_at)
            SELECT \(community), id, \(shop.merchant.uuid), \(shop.shop.uuid),
                   \(shop.terminal.uuid), \(Town.coin), \(minorUnits), challenge, now(),
                   now() + interval '1 hour'
              FROM unnest(\(ids), \(challenges)) AS p (id, challenge)
            """
        )
        return asked
    }
}
