import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// Coins beyond their euros: what each service would have to do for it, with its login role and any
/// SQL it likes.
@Suite struct ReserveTests {
    private func database(of role: String, _ books: LedgerBooks) throws -> Database {
        switch role {
        case "disbursement": books.disbursement
        case "wallet": books.wallet
        case "merchant": books.merchant
        default: throw MissingMember(name: role)
        }
    }

    /// Proposals that would leave more coins than euros, or coins that nobody issued.
    private func proposals(
        _ books: LedgerBooks,
        pot: UUID,
        shop: UUID
    ) -> [(String, TransferProposal)] {
        let accounts = books.accounts
        func proposal(_ kind: TransferKind, _ legs: [(UUID, Int64)]) -> TransferProposal {
            TransferProposal(
                id: UUID(),
                kind: kind,
                legs: legs.map { .exact(account: $0.0, minorUnits: $0.1) }
            )
        }
        var proposals: [(String, TransferProposal)] = []
        for kind in TransferKind.allCases {
            for receiver in [books.programme, pot, shop, accounts.redemption] {
                let issued = [(accounts.issuance, Int64(-100)), (receiver, 100)]
                proposals.append(("\(kind): coins alone", proposal(kind, issued)))
                proposals.append(
                    (
                        "\(kind): more coins than euros",
                        proposal(
                            kind,
                            issued + [(accounts.bank, -99), (accounts.reserve, 99)]
                        )
                    )
                )
            }
            proposals.append(
                (
                    "\(kind): euros alone",
                    proposal(kind, [(accounts.reserve, -100), (accounts.bank, 100)])
                )
            )
            proposals.append(
                (
                    "\(kind): euros for fewer coins",
                    proposal(
                        kind,
                        [
                            (accounts.redemption, -99), (accounts.issuance, 99),
                            (accounts.reserve, -100), (accounts.bank, 100),
                        ]
                    )
                )
            )
            proposals.append(
                ("\(kind): out of nothing", proposal(kind, [(books.programme, 100), (pot, 100)]))
            )
        }
        return proposals
    }

    @Test(arguments: ["disbursement", "wallet", "merchant"])
    func `no proposal of any kind leaves more coins than euros`(role: String) async throws {
        let books = try await LedgerBooks.open()
        let pot = try await books.pots([1000])[0]
        let shop = try await books.shop()
        let payment = books.payment(500, from: [pot], to: shop)
        let redemption = books.move(.redemption, from: shop, to: books.accounts.redemption, 500)
        let paid = try await books.post([payment, redemption], as: books.merchant)
        #expect(paid == [.posted, .posted])
        let before = try await standing(books)
        for (what, proposal) in proposals(books, pot: pot, shop: shop) {
            do {
                let verdicts = try await books.post([proposal], as: try database(of: role, books))
                #expect(verdicts != [.posted], "\(what)")
            } catch let error as PostgresError {
                #expect(error.sqlState == "23514", "\(what): \(error)")
            }
            #expect(try await standing(books) == before, "\(what)")
        }
    }

    /// The service that makes coins does so for what it has on record alone, and has on record only
    /// what it made.
    @Test func `no coins come into being but with the funding that is on record`() async throws {
        let books = try await LedgerBooks.open()
        let (community, other) = (books.community, UUID())
        try await books.openProgramme(other)
        let before = try await standing(books)
        let funding = books.funding(100)
        let split = TransferProposal(
            id: UUID(),
            kind: .funding,
            legs: funding.legs.dropLast() + [
                .exact(account: books.programme, minorUnits: 60),
                .exact(account: other, minorUnits: 40),
            ]
        )
        func booked(_ transfer: TransferProposal, _ cents: Int64, of programme: UUID) -> SQL {
            BareBooks.booking(transfer, cents, of: programme, community)
        }
        let attempts: [(String, TransferProposal, SQL)] = [
            ("nothing on record", funding, "SELECT"),
            ("another one", funding, booked(books.funding(100), 100, of: books.programme)),
            ("another amount", funding, booked(funding, 99, of: books.programme)),
            ("another programme", funding, booked(funding, 100, of: other)),
            ("a part of it", split, booked(split, 60, of: books.programme)),
        ]
        for (what, proposal, record) in attempts {
            try await refused(what, "transfer_of_booked_funding") {
                try await books.disbursement.transaction { connection in
                    _ = try Ledger.post([proposal], community: community, connection)
                    try connection.execute(record)
                }
            }
        }
        try await refused("no coins", "funding_is_posted") {
            try await books.disbursement.execute(booked(funding, 100, of: books.programme))
        }
        #expect(try await standing(books) == before)
    }

    private func refused(
        _ what: String,
        _ constraint: String,
        _ act: () async throws -> Void
    ) async throws {
        do {
            try await act()
            Issue.record("accepted: \(what)")
        } catch let error as PostgresError {
            #expect(error.violates(constraint), "\(what): \(error)")
        }
    }

    @Test(arguments: ["disbursement", "wallet", "merchant"])
    func `no statement of a service moves the reserve, the circulation or a balance`(
        role: String
    ) async throws {
        let books = try await LedgerBooks.open()
        _ = try await books.pots([1000])
        let before = try await standing(books)
        for statement in [
            "UPDATE ledger.coin SET reserve = reserve + 100, circulation = circulation + 100",
            "UPDATE ledger.coin SET circulation = circulation + 100",
            "INSERT INTO ledger.coin SELECT * FROM ledger.coin LIMIT 0",
            "DELETE FROM ledger.coin",
            "ALTER TABLE ledger.coin DROP CONSTRAINT circulation_covered_by_reserve",
            "UPDATE ledger.account SET posted = posted + 100",
            "UPDATE ledger.account SET floor = NULL",
            "INSERT INTO ledger.account SELECT * FROM ledger.account LIMIT 0",
            "INSERT INTO ledger.transfer SELECT * FROM ledger.transfer LIMIT 0",
            "UPDATE ledger.transfer_rule SET credits = '{pot}'",
            "INSERT INTO ledger.transfer_rule VALUES ('gift', 'wijkmunt_wallet', '{}', '{pot}')",
        ] {
            do {
                _ = try await database(of: role, books).execute("\(rawSQL: statement)")
                Issue.record("allowed: \(statement)")
            } catch let error as PostgresError {
                #expect(error.sqlState == "42501", "\(statement): \(error)")
            }
        }
        #expect(try await standing(books) == before)
    }

    /// What the coin's row says, and what its accounts add up to.
    private func standing(_ books: LedgerBooks) async throws -> [Int64] {
        try await books.owner.query(
            """
            SELECT c.circulation, c.reserve,
                   (SELECT sum(a.posted)::bigint FROM ledger.account a
                     WHERE a.community_id = c.community_id AND a.unit = 'coin'
                       AND a.kind <> 'issuance'),
                   (SELECT a.posted FROM ledger.account a
                     WHERE a.community_id = c.community_id AND a.id = c.reserve_account_id)
              FROM ledger.coin c WHERE c.community_id = \(books.community)
            """
        ) { rows in
            let (circulation, reserve, coins, euros) = try rows.one()
                .decode(Int64.self, Int64.self, Int64.self, Int64.self)
            return [circulation, reserve, coins, euros]
        }
    }
}
