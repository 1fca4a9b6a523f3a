import Domain
package import FoundationEssentials
package import Postgres

/// Opening and reading ledger accounts.
extension Ledger {
    /// Kinds of account that services open; the database knows which service may open which.
    package enum AccountKind: String, Sendable {
        case pot, merchant, programme, reserved, fee, sponsor, sink, commitment
    }

    /// The four accounts that keep a coin's books, opened together with the coin.
    package struct CoinAccounts: Sendable {
        /// Its debit is the circulation.
        package let issuance: UUID
        /// Euros held against the circulation.
        package let reserve: UUID
        /// Contra account of the reserve: the world outside.
        package let bank: UUID
        /// Coins handed in, until their euros have left.
        package let redemption: UUID
    }

    /// An account's qualified balances, in minor units.
    package struct Balance: Sendable, Hashable {
        package let posted: Int64
        package let held: Int64
        package var available: Int64 { posted - held }

        package init(posted: Int64, held: Int64) {
            self.posted = posted
            self.held = held
        }
    }

    /// Opens the books of a new coin. Throws `PostgresError`; the key refuses a second time.
    package static func openCoin(
        _ code: String,
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query("SELECT ledger.open_coin(\(community), \(code))")
    }

    /// Opens accounts; those that exist are left as they are.
    package static func openAccounts(
        _ ids: [UUID],
        _ kind: AccountKind,
        coin: String,
        community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.query(
            "SELECT ledger.open_accounts(\(community), \(ids), \(coin), \(kind.rawValue))"
        )
    }

    /// A coin's own accounts; `nil` when the community has no such coin.
    package static func accounts(
        ofCoin code: String,
        community: UUID,
        _ connection: Connection
    ) throws -> CoinAccounts? {
        try connection.query(
            """
            SELECT issuance_account_id, reserve_account_id, bank_account_id, redemption_account_id
              FROM ledger.coin WHERE community_id = \(community) AND code = \(code)
            """
        ).first.map { row in
            let (issuance, reserve, bank, redemption) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                UUID.self
            )
            return CoinAccounts(
                issuance: issuance,
                reserve: reserve,
                bank: bank,
                redemption: redemption
            )
        }
    }

    /// Balances of accounts, by id; accounts that do not exist are absent.
    package static func balances(
        of accounts: [UUID],
        community: UUID,
        _ connection: Connection
    ) throws -> [UUID: Balance] {
        let rows = try connection.query(
            """
            SELECT id, posted, held FROM ledger.account
             WHERE community_id = \(community) AND id = ANY (\(accounts))
            """
        )
        var balances: [UUID: Balance] = [:]
        for row in rows {
            let (id, posted, held) = try row.decode(UUID.self, Int64.self, Int64.self)
            balances[id] = Balance(posted: posted, held: held)
        }
        return balances
    }

    /// The legs of a transfer, in the order they were posted; `nil` when there is none.
    package static func legs(
        of transfer: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> [(account: UUID, minorUnits: Int64)]? {
        try connection.query(
            """
            SELECT accounts, amounts FROM ledger.transfer
             WHERE community_id = \(community) AND id = \(transfer)
            """
        ).first.map { row in
            let (accounts, amounts) = try row.decode([UUID].self, [Int64].self)
            return zip(accounts, amounts).map { (account: $0, minorUnits: $1) }
        }
    }
}
