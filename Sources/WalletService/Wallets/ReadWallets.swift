import API
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Reads wallets of one party with their pots; of one moment, when the transaction is.
struct ReadWallets: Sendable {
    let community: UUID
    let party: UUID
    /// As the pots stood then; as they stand now when `nil`.
    var moment: Timestamp?

    /// One of the party's wallets; `nil` when it is somebody else's, or nobody's.
    func callAsFunction(only id: UUID, _ connection: Connection) throws -> Wallet? {
        let headers = try WalletQueries.headers(
            connection.query(WalletQueries.wallet(id, of: party, community: community))
        )
        return try withPots(headers, connection).first
    }

    /// Up to `limit + 1` of the party's wallets, newest first.
    func callAsFunction(
        after cursor: UUID?,
        limit: Int,
        _ connection: Connection
    ) throws -> [Wallet] {
        let headers = try WalletQueries.headers(
            connection.query(
                WalletQueries.page(of: party, community: community, after: cursor, limit: limit)
            )
        )
        return try withPots(headers, connection)
    }

    private func withPots(
        _ headers: [WalletHeader],
        _ connection: Connection
    ) throws -> [Wallet] {
        let pots = try WalletQueries.pots(
            connection.query(
                WalletQueries.pots(of: headers.map(\.id), community: community, at: moment)
            )
        )
        return headers.map { header in
            let own = pots.filter { $0.wallet == header.id }
            return Wallet(
                id: Identifier(header.id),
                alias: header.alias,
                pots: own.map(\.forAPI),
                totals: Self.totals(own),
                createdAt: header.createdAt
            )
        }
    }

    private static func totals(_ pots: [PotBalance]) -> [WalletTotal] {
        Dictionary(grouping: pots, by: \.coin.code).sorted { $0.key < $1.key }.map { code, pots in
            let coin = pots[0].coin
            let posted = pots.reduce(0) { $0 + $1.balance.posted }
            let held = pots.reduce(0) { $0 + $1.balance.held }
            return WalletTotal(
                coin: code,
                posted: coin.amount(posted),
                held: coin.amount(held),
                available: coin.amount(posted - held)
            )
        }
    }
}
