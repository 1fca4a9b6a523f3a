package import Domain
package import FoundationEssentials
package import Ledger
package import Postgres

/// What stands behind accounts of the ledger where no service has opened them: the rows that the
/// database asks of whoever makes coins.
package enum BareBooks {
    /// Opens a community with one coin, as the accounts service.
    package static func openCommunity(
        _ community: UUID,
        coin: String,
        as accounts: Database
    ) async throws {
        try await accounts.transaction { connection in
            try Ledger.openCoin(coin, community: community, connection)
            try connection.execute(
                """
                INSERT INTO accounts.community (community_id, name, time_zone, created_at)
                VALUES (\(community), 'books', 'UTC', now())
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

    /// A coin's own accounts. Throws ``MissingMember`` when the community has no such coin.
    package static func accounts(
        ofCoin coin: String,
        community: UUID,
        as database: Database
    ) async throws -> Ledger.CoinAccounts {
        let accounts = try await database.transaction { connection in
            try Ledger.accounts(ofCoin: coin, community: community, connection)
        }
        guard let accounts else { throw MissingMember(name: "books") }
        return accounts
    }

    /// Opens a programme with the id of its account, as the disbursement service.
    package static func openProgramme(
        _ programme: UUID,
        coin: String,
        community: UUID,
        as disbursement: Database
    ) async throws {
        let reserved = UUID()
        try await disbursement.transaction { connection in
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
                VALUES (\(community), \(programme), 'books', \(coin), \(programme), \(reserved),
                        now())
                """
            )
        }
    }

    /// The transfer that makes coins for a programme out of so many euro cents.
    package static func funding(
        _ cents: Int64,
        to programme: UUID,
        _ books: Ledger.CoinAccounts
    ) -> TransferProposal {
        TransferProposal(
            id: UUID(),
            kind: .funding,
            legs: [
                .exact(account: books.bank, minorUnits: -cents),
                .exact(account: books.reserve, minorUnits: cents),
                .exact(account: books.issuance, minorUnits: -cents),
                .exact(account: programme, minorUnits: cents),
            ]
        )
    }

    /// The record that a funding is held against.
    package static func booking(
        _ funding: TransferProposal,
        _ cents: Int64,
        of programme: UUID,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.funding (community_id, id, programme_id, amount, bank_reference,
                                          funded_by, funded_at)
        VALUES (\(community), \(funding.id), \(programme), \(cents), \("\(funding.id)"),
                \(UUID()), now())
        """
    }
}
