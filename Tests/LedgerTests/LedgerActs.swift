import Domain
import FoundationEssentials
import Ledger
import Postgres
import TestSupport
import Testing

/// What tests do with books besides plain posting.
extension LedgerBooks {
    func open(_ kind: Ledger.AccountKind, as database: Database) async throws -> UUID {
        let (id, community, coin) = (UUID(), community, coin)
        try await database.transaction { connection in
            try Ledger.openAccounts([id], kind, coin: coin, community: community, connection)
        }
        return id
    }

    func shop() async throws -> UUID { try await open(.merchant, as: merchant) }

    func balance(_ account: UUID) async throws -> Ledger.Balance {
        let community = community
        let balances = try await wallet.transaction { connection in
            try Ledger.balances(of: [account], community: community, connection)
        }
        return try #require(balances[account])
    }

    /// Asks the ledger for something as one of the services.
    func ask<T: Sendable>(
        _ database: Database,
        _ body: @escaping @Sendable (UUID, Connection) throws -> T
    ) async throws -> T {
        let community = community
        return try await database.transaction { connection in try body(community, connection) }
    }

    // MARK: Payments

    /// A payment to a shop, drawn from pots in order.
    func payment(
        _ amount: Int64,
        from pots: [UUID],
        to shop: UUID,
        id: UUID = UUID(),
        isLinkedToNext: Bool = false
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: .payment,
            legs: [.exact(account: shop, minorUnits: amount)] + pots.map { .draw(account: $0) },
            isLinkedToNext: isLinkedToNext
        )
    }

    /// Moves back between two accounts some of what another transfer moved.
    func reversal(
        _ kind: TransferKind,
        of original: UUID,
        from: UUID,
        to: UUID,
        _ amount: Int64,
        id: UUID = UUID(),
        isLinkedToNext: Bool = false
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: kind,
            legs: [
                .exact(account: from, minorUnits: -amount),
                .exact(account: to, minorUnits: amount),
            ],
            related: original,
            isLinkedToNext: isLinkedToNext
        )
    }

    // MARK: Holds

    func hold(
        _ id: UUID,
        _ amount: Int64,
        from pots: [UUID],
        for shop: UUID
    ) async throws -> Ledger.HoldVerdict {
        let later = try await moment(after: 3600)
        let hold = HoldProposal(
            id: id,
            kind: .payment,
            accounts: pots,
            payee: shop,
            minorUnits: amount,
            expiresAt: later
        )
        return try await ask(merchant) { try Ledger.place(hold, community: $0, $1) }
    }

    func capture(
        _ hold: UUID,
        _ amount: Int64,
        for shop: UUID,
        id: UUID = UUID()
    ) async throws -> PostingVerdict {
        let capture = TransferProposal(
            id: id,
            kind: .payment,
            legs: [.exact(account: shop, minorUnits: amount)],
            hold: hold
        )
        return try await post([capture], as: merchant)[0]
    }

    func void(_ hold: UUID) async throws -> Ledger.HoldVerdict {
        try await ask(merchant) { try Ledger.voidHold(hold, community: $0, $1) }
    }

    /// State, what is left, and how many parts there are.
    func stateOfHold(_ id: UUID) async throws -> String {
        try await owner.query(
            """
            SELECT concat_ws(' ', h.state, h.remaining,
                             (SELECT sum(p.remaining) FROM ledger.hold_part p
                               WHERE p.community_id = h.community_id AND p.hold_id = h.id))
              FROM ledger.hold h WHERE h.community_id = \(community) AND h.id = \(id)
            """
        ) { try $0.one().decode(String.self) }
    }

    // MARK: Time

    /// So many seconds from now, by the database's clock.
    func moment(after seconds: Int64) async throws -> Timestamp {
        let now = try await owner.query("SELECT clock_timestamp()") { rows in
            try rows.one().decode(Timestamp.self)
        }
        return Timestamp(microseconds: now.microseconds + seconds * 1_000_000)
    }

    /// Lets whatever moves next on these accounts happen no earlier than a moment, which may be
    /// in the future: moments never run backwards on an account.
    func advance(_ accounts: [UUID], to moment: Timestamp) async throws {
        try await owner.execute(
            """
            UPDATE ledger.account SET last_posted_at = greatest(last_posted_at, \(moment))
             WHERE community_id = \(community) AND id = ANY (\(accounts))
            """
        )
    }

    /// Calls a worker's batch until what it should bring about is there: a service may be at the
    /// same work.
    func upkeep(
        _ batch: (Database) async throws -> Int,
        until isDone: () async throws -> Bool
    ) async throws {
        for _ in 0..<1000 where try await !isDone() { _ = try await batch(wallet) }
        #expect(try await isDone())
    }
}
