import Domain
import FoundationEssentials
import Ledger
import LedgerModel
import LocalStack
import Logging
import Postgres
import TestSupport

/// Two communities with the same accounts: what one is asked at once, the other is asked in order.
struct TwinBooks {
    /// A transfer as the ledger's functions take it, right or wrong.
    struct Move: Sendable {
        var id = UUID()
        var kind: String
        var reference: String?
        var legs: [(account: UUID, amount: Int64?)]
        var isLinked = false

        init(_ kind: String, from: UUID, to: UUID, _ amount: Int64) {
            self.kind = kind
            legs = [(from, -amount), (to, amount)]
        }
    }

    /// What a function answered: its verdicts with whom they blame, or its error.
    struct Answer: Sendable, Equatable {
        var verdicts: [String] = []
        var blamed: [UUID?] = []
        var error: String?
        /// Whether anything was judged in order.
        var wasInOrder = true
    }

    private static let name = "twins"
    private static let opening = Task {
        let roles = try await EmptyLedger.open(name, on: TestStack.shared)
        try await roles.owner.execute(
            "GRANT EXECUTE ON FUNCTION ledger.post_in_order TO wijkmunt_disbursement"
        )
        // Connections that are made from now on count what is called in them.
        try await roles.owner.execute("ALTER DATABASE \(rawSQL: name) SET track_functions = 'pl'")
        return roles
    }

    let roles: LedgerRoles
    /// The first is asked at once.
    let communities = [UUID(), UUID()]
    /// The second is only there to be emptied.
    let programmes = [UUID(), UUID()]
    let reserved = UUID()
    let commitment = UUID()
    let merchant = UUID()
    let pots = (0..<24).map { _ in UUID() }
    let closedPot = UUID()
    /// Holds no more than a ceiling says.
    let smallPot = UUID()
    private var books: [Ledger.CoinAccounts] = []
    private static let coin = "proef"

    var accounts: [UUID] {
        programmes + [reserved, commitment, merchant, closedPot, smallPot] + pots
    }

    static func open() async throws -> TwinBooks {
        var twins = TwinBooks(roles: try await opening.value)
        for community in twins.communities {
            twins.books.append(try await twins.openBooks(community))
        }
        try await twins.fund(twins.programmes[0], 1_000_000_000)
        return twins
    }

    private init(roles: LedgerRoles) { self.roles = roles }

    private func openBooks(_ community: UUID) async throws -> Ledger.CoinAccounts {
        try await roles.accounts.transaction { connection in
            try Ledger.openCoin(Self.coin, community: community, connection)
        }
        func open(_ ids: [UUID], _ kind: Ledger.AccountKind, by role: Database) async throws {
            try await role.transaction { connection in
                try Ledger.openAccounts(
                    ids,
                    kind,
                    coin: Self.coin,
                    community: community,
                    connection
                )
            }
        }
        try await open(programmes, .programme, by: roles.disbursement)
        try await open([reserved], .reserved, by: roles.disbursement)
        try await open([commitment], .commitment, by: roles.disbursement)
        try await open([merchant], .merchant, by: roles.merchant)
        try await open(pots + [closedPot, smallPot], .pot, by: roles.wallet)
        try await roles.owner.execute(
            """
            UPDATE ledger.account SET state = 'closed'
             WHERE community_id = \(community) AND id = \(closedPot)
            """
        )
        let books = try await roles.disbursement.transaction { connection in
            try Ledger.accounts(ofCoin: Self.coin, community: community, connection)
        }
        guard let books else { throw MissingMember(name: "books") }
        return books
    }

    /// Coins for a programme of both, against as many euro cents.
    func fund(_ programme: UUID, _ cents: Int64) async throws {
        let id = UUID()
        for (community, books) in zip(communities, books) {
            try await roles.disbursement.transaction { connection in
                let legs: [TransferProposal.Leg] = [
                    .exact(account: books.bank, minorUnits: -cents),
                    .exact(account: books.reserve, minorUnits: cents),
                    .exact(account: books.issuance, minorUnits: -cents),
                    .exact(account: programme, minorUnits: cents),
                ]
                let funding = TransferProposal(id: id, kind: .funding, legs: legs)
                try Ledger.post(funding, community: community, connection)
            }
        }
    }

    /// The most that the small pot of both may hold from now on.
    func setCeiling(_ ceiling: Int64) async throws {
        for community in communities {
            try await roles.wallet.transaction { connection in
                try Ledger.setLimits(
                    of: smallPot,
                    floor: 0,
                    ceiling: ceiling,
                    community: community,
                    connection
                )
            }
        }
    }

    func posted(_ account: UUID) async throws -> Int64 {
        try await roles.owner.query(
            """
            SELECT posted FROM ledger.account
             WHERE community_id = \(communities[0]) AND id = \(account)
            """
        ) { try $0.one().decode(Int64.self) }
    }

    /// The first is asked as a service asks, the second in order, whatever is asked.
    func post(_ moves: [Move]) async throws -> (first: Answer, second: Answer) {
        (
            try await post(moves, by: "post", in: communities[0]),
            try await post(moves, by: "post_in_order", in: communities[1])
        )
    }

    private func post(_ moves: [Move], by function: String, in community: UUID) async throws
        -> Answer
    {
        let nobody = [UUID?](repeating: nil, count: moves.count)
        let legs = moves.enumerated().flatMap { place, move in
            move.legs.map { (Int32(place + 1), $0.account, $0.amount) }
        }
        let question: SQL = """
            SELECT verdicts, blamed_accounts FROM ledger.\(rawSQL: function)(
                \(community), \(moves.map(\.id)), \(moves.map(\.kind)), \(moves.map(\.reference)),
                \(nobody), \(nobody), \(moves.map { $0.legs.last?.account }), \(nobody),
                \(moves.map(\.isLinked)), \(legs.map(\.0)), \(legs.map(\.1)), \(legs.map(\.2)))
            """
        do {
            return try await roles.disbursement.transaction { connection in
                // Calls of the transactions before may still be counted.
                let before = try Self.callsInOrder(connection)
                let (verdicts, blamed) = try connection.query(question).one()
                    .decode([String].self, [UUID?].self)
                return Answer(
                    verdicts: verdicts,
                    blamed: blamed,
                    wasInOrder: try Self.callsInOrder(connection) > before
                )
            }
        } catch let error as PostgresError {
            return Answer(error: error.sqlState ?? "\(error)")
        }
    }

    private static func callsInOrder(_ connection: Connection) throws -> Int64 {
        try connection.query(
            """
            SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_xact_user_functions
             WHERE schemaname = 'ledger' AND funcname = 'post_in_order'
            """
        ).one().decode(Int64.self)
    }

    /// Balances, and digests of postings and transfers, of one of the two.
    func state(of place: Int) async throws -> [String] {
        let community = communities[place]
        return try await roles.owner.query(
            """
            SELECT ARRAY[
                (SELECT string_agg(concat_ws(' ', a.id, a.posted, a.held, a.seq), ', '
                                   ORDER BY a.id)
                   FROM ledger.account a
                  WHERE a.community_id = \(community) AND a.id = ANY (\(accounts))),
                (SELECT md5(string_agg(concat_ws(' ', p.account_id, p.seq, p.transfer_id, p.amount,
                                                 p.balance_after), ',' ORDER BY p.account_id, p.seq))
                   FROM ledger.posting p
                  WHERE p.community_id = \(community) AND p.account_id = ANY (\(accounts))),
                (SELECT md5(string_agg(concat_ws(' ', t.id, t.kind, t.coin, t.accounts, t.amounts,
                                                 t.reference, t.client_id, t.party_id, t.place), ','
                                       ORDER BY t.id))
                   FROM ledger.transfer t
                  WHERE t.community_id = \(community) AND t.kind <> 'funding'),
                (SELECT string_agg(b.transfers::text, ',' ORDER BY b.id)
                   FROM ledger.batch b WHERE b.community_id = \(community))]
            """
        ) { try $0.one().decode([String].self) }
    }

    /// What the audit finds in both.
    func audit() async throws -> AuditReport {
        var configuration = try await TestStack.shared.databaseConfiguration(
            role: "wijkmunt_audit"
        )
        configuration.database = Self.name
        let database = Database(configuration: configuration, logger: .silent)
        let report = try await LedgerAudit.run(in: database, haveLines: false)
        await database.shutDown()
        return report
    }
}
