import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of where the money of a programme is. The database leaves out what is not told.
enum CommitmentQueries {
    /// One statement, hence one snapshot of the ledger.
    static func commitments(of programme: UUID, _ community: UUID) -> SQL {
        """
        SELECT p.id, p.coin, c.funded, c.available, c.committed, c.waiting, c.sponsored,
               c.withdrawn, c.paid, c.spent, c.in_wallets, c.depreciated, c.expired, c.recalled,
               c.returned, c.fewest_people
          FROM disbursement.programme p
         CROSS JOIN LATERAL disbursement.commitments(p.community_id, p.id) AS c
         WHERE p.community_id = \(community) AND p.id = \(programme)
        """
    }

    static func commitments(_ row: Row) throws -> ProgrammeCommitments {
        let (
            id, code, funded, available, committed, waiting, sponsored, withdrawn, paid, spent,
            inWallets, depreciated, expired, recalled, returned, fewest
        ) = try row.decode(
            UUID.self,
            String.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64?.self,
            Int64?.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int64.self,
            Int32.self
        )
        let coin = CoinDigits(code: code, digits: CoinDigits.pegged)
        return ProgrammeCommitments(
            programmeId: Identifier(id),
            funded: coin.amount(funded),
            available: coin.amount(available),
            committed: coin.amount(committed),
            waiting: coin.amount(waiting),
            sponsored: coin.amount(sponsored),
            withdrawn: coin.amount(withdrawn),
            paid: coin.amount(paid),
            spent: spent.map(coin.amount),
            inWallets: inWallets.map(coin.amount),
            depreciated: coin.amount(depreciated),
            expired: coin.amount(expired),
            recalled: coin.amount(recalled),
            returned: coin.amount(returned),
            fewestPeople: Int(fewest)
        )
    }
}
