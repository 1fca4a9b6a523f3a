import Domain
import FoundationEssentials
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// One pool of connections per login role, for all tests together.
private struct Roles: Sendable {
    let accounts: Database
    let disbursement: Database
    let wallet: Database
    let merchant: Database
    let owner: Database

    private static let opening = Task { try await Roles(TestStack.shared) }

    static var shared: Roles {
        get async throws { try await opening.value }
    }

    private init(_ stack: LocalStack) throws {
        func connect(_ role: String) throws -> Database {
            var configuration = try stack.databaseConfiguration(role: role)
            // The ledger's own tests are about several communities at once.
            configuration.tenant = .everyCommunity
            return Database(configuration: configuration, logger: Logger(label: role))
        }
        accounts = try connect("wijkmunt_accounts")
        disbursement = try connect("wijkmunt_disbursement")
        wallet = try connect("wijkmunt_wallet")
        merchant = try connect("wijkmunt_merchant")
        owner = Database(
            configuration: stack.cluster.ownerConfiguration(database: LocalStack.databaseName),
            logger: Logger(label: "owner")
        )
    }
}

/// A coin's books in a community of its own, and a connection per service role.
struct LedgerBooks: Sendable {
    let community = UUID()
    let coin = "proef"
    let disbursement: Database
    let wallet: Database
    let merchant: Database
    let owner: Database
    let accounts: Ledger.CoinAccounts
    let programme: UUID

    static func open() async throws -> LedgerBooks {
        try await LedgerBooks(Roles.shared)
    }

    private init(_ roles: Roles) async throws {
        disbursement = roles.disbursement
        wallet = roles.wallet
        merchant = roles.merchant
        owner = roles.owner
        programme = UUID()
        try await BareBooks.openCommunity(community, coin: coin, as: roles.accounts)
        accounts = try await BareBooks.accounts(
            ofCoin: coin,
            community: community,
            as: roles.disbursement
        )
        try await openProgramme(programme)
    }

    /// Opens the budget of a programme, which has the id of its account.
    func openProgramme(_ programme: UUID = UUID()) async throws {
        try await BareBooks.openProgramme(
            programme,
            coin: coin,
            community: community,
            as: disbursement
        )
    }

    /// Coins for a programme, the first one unless another is named, against as many euro cents.
    func fund(_ cents: Int64, _ programme: UUID? = nil) async throws {
        let funding = funding(cents, to: programme)
        let (community, budget) = (community, programme ?? self.programme)
        let verdict = try await disbursement.transaction { connection in
            try connection.execute(BareBooks.booking(funding, cents, of: budget, community))
            return try Ledger.post([funding], community: community, connection).verdicts
        }
        #expect(verdict == [.posted])
    }

    /// The transfer that makes coins out of euros.
    func funding(_ cents: Int64, to programme: UUID? = nil) -> TransferProposal {
        BareBooks.funding(cents, to: programme ?? self.programme, accounts)
    }

    /// Opens pots and fills them from the programme.
    func pots(_ amounts: [Int64]) async throws -> [UUID] {
        let ids = amounts.map { _ in UUID() }
        let (community, coin) = (community, coin)
        try await wallet.transaction { connection in
            try Ledger.openAccounts(ids, .pot, coin: coin, community: community, connection)
        }
        let total = amounts.reduce(0, +)
        if total > 0 {
            try await fund(total)
            let proposals = zip(ids, amounts).filter { $0.1 > 0 }.map { pot, amount in
                move(.disbursement, from: programme, to: pot, amount)
            }
            _ = try await post(proposals, as: disbursement)
        }
        return ids
    }

    func move(
        _ kind: TransferKind,
        from: UUID,
        to: UUID,
        _ amount: Int64,
        id: UUID = UUID()
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: kind,
            legs: [
                .exact(account: from, minorUnits: -amount),
                .exact(account: to, minorUnits: amount),
            ]
        )
    }

    func post(
        _ proposals: [TransferProposal],
        as database: Database
    ) async throws -> [PostingVerdict] {
        let community = community
        return try await database.transaction { connection in
            try Ledger.post(proposals, community: community, connection).verdicts
        }
    }

    func posted(_ account: UUID) async throws -> Int64 {
        let community = community
        return try await wallet.transaction { connection in
            try Ledger.balances(of: [account], community: community, connection)[account]?.posted
                ?? .min
        }
    }
}
