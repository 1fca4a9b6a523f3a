import Domain
import FoundationEssentials
import Ledger
import Postgres

/// A history that happens to a real ledger, in a community of its own.
struct LedgerSession {
    let roles: LedgerRoles
    let community = UUID()
    let accounts: [UUID]
    private var acts: [Int: UUID] = [:]
    private var holds: [Int: UUID] = [:]

    /// Opens the accounts of the cast.
    static func open(_ roles: LedgerRoles) async throws -> LedgerSession {
        try await LedgerSession(roles)
    }

    private init(_ roles: LedgerRoles) async throws {
        self.roles = roles
        // Ascending, because the ledger does in order of ids what it does to many at once.
        var ids = (Cast.members.indices.map { $0 } + [Cast.nobody]).map { index in
            UUID(uuid: UUID().withFirstByte(UInt8(16 + index)))
        }
        ids.replaceSubrange(0..<4, with: try await Self.openCoins(community, roles))
        accounts = ids
        try await openAccounts()
        try await setLimits()
    }

    private static func openCoins(_ community: UUID, _ roles: LedgerRoles) async throws -> [UUID] {
        try await roles.accounts.transaction { connection in
            try Ledger.openCoin("one", community: community, connection)
            try Ledger.openCoin("two", community: community, connection)
        }
        let coin = try await roles.wallet.transaction { connection in
            try Ledger.accounts(ofCoin: "one", community: community, connection)
        }
        guard let coin else { throw PostgresError.decoding("no coin") }
        return [coin.bank, coin.reserve, coin.issuance, coin.redemption]
    }

    private func openAccounts() async throws {
        let openers: [String: ServiceRole] = [
            "pot": .wallet, "sink": .wallet, "merchant": .merchant, "fee": .merchant,
        ]
        for (index, member) in Cast.members.enumerated().dropFirst(4) {
            let role = openers[member.kind] ?? .disbursement
            let coin = member.coin == 0 ? "one" : "two"
            try await roles.database(role).execute(
                """
                SELECT ledger.open_accounts(\(community), \([accounts[index]]), \(coin),
                                            \(member.kind))
                """
            )
        }
    }

    private func setLimits() async throws {
        for (holder, limits) in Cast.holders.enumerated() {
            try await roles.wallet.execute(
                """
                SELECT ledger.set_holder_class(\(community), \("class \(holder)"),
                    \(Self.zoneWhereItIsNoon), \(limits.spending), \(limits.receiving))
                """
            )
            let members = Cast.members.indices.filter { Cast.members[$0].holder == holder }
            try await roles.wallet.execute(
                """
                SELECT ledger.set_holder(\(community), \(UUID()), \("class \(holder)"),
                                         \(members.map { accounts[$0] }))
                """
            )
        }
        for (index, member) in Cast.members.enumerated() {
            guard let method = member.depreciation else { continue }
            try await addDepreciation(method, to: accounts[index])
        }
    }

    /// Noon is far from the end of a day.
    private static var zoneWhereItIsNoon: String {
        let west = Int(Date().timeIntervalSince1970) / 3600 % 24 - 12
        return "Etc/GMT\(west < 0 ? "" : "+")\(west)"
    }

    private func addDepreciation(_ method: Cast.Depreciation, to pot: UUID) async throws {
        let id = UUID()
        let (name, parts, periods): (String, Int32?, Int32?) =
            switch method {
            case .exponential(let parts): ("exponential", Int32(parts), nil)
            case .linear(let periods): ("linear", nil, Int32(periods))
            }
        // Half a month from where the next period begins.
        try await roles.wallet.execute(
            """
            SELECT ledger.add_depreciation(\(community), \(id), 'one', \(name), 'month',
                (current_date - 15 - interval '100 months')::date, 'UTC',
                \(parts), \(periods), \(accounts[Cast.sink]))
            """
        )
        try await roles.wallet.execute(
            "SELECT ledger.set_depreciation(\(community), \([pot]), \(id))"
        )
    }
}

extension LedgerSession {
    /// What the database answers to a step, or to each move of a batch.
    mutating func apply(_ steps: ArraySlice<LedgerStep>) async throws -> [String] {
        let moves = steps.compactMap { if case .move(let move) = $0 { move } else { nil } }
        if let role = moves.first?.role { return try await post(moves, as: role) }
        var answers: [String] = []
        for step in steps { answers.append(try await applyOne(step)) }
        return answers
    }

    private mutating func post(_ moves: [Move], as role: ServiceRole) async throws -> [String] {
        let proposals = moves.map { proposal($0) }
        let community = community
        do {
            let verdicts = try await roles.database(role).transaction { connection in
                try Ledger.post(proposals, community: community, connection).verdicts
            }
            return verdicts.map { verdict in
                switch verdict {
                case .posted: "posted"
                case .replayed: "replayed"
                case .refused(let refusal, _): refusal.rawValue
                }
            }
        } catch let error as PostgresError where error.sqlState != nil {
            return moves.map { _ in "\(error)" }
        }
    }

    private mutating func proposal(_ move: Move) -> TransferProposal {
        TransferProposal(
            id: act(move.act),
            kind: move.kind,
            legs: move.legs.map { leg in
                leg.amount.map { .exact(account: accounts[leg.account], minorUnits: $0) }
                    ?? .draw(account: accounts[leg.account])
            },
            reference: move.act % 3 == 0 ? "act \(move.act)" : nil,
            related: move.related.map { act($0) },
            hold: move.hold.map { hold($0) },
            isLinkedToNext: move.isLinked
        )
    }

    /// Most ids begin with the time, as those that the services make; some do not.
    private mutating func act(_ number: Int) -> UUID {
        if let known = acts[number] { return known }
        acts[number] = number % 7 == 0 ? UUID() : UUID(uuid: UUID().withTime(Date()))
        return acts[number] ?? UUID()
    }

    private mutating func hold(_ number: Int) -> UUID {
        if let known = holds[number] { return known }
        holds[number] = UUID()
        return holds[number] ?? UUID()
    }

    private mutating func applyOne(_ step: LedgerStep) async throws -> String {
        switch step {
        case .move: preconditionFailure("moves go in batches")
        case .place(let placement): return try await place(placement)
        case .void(let hold):
            return try await word(
                "SELECT ledger.void_hold(\(community), \(self.hold(hold)))",
                roles.merchant
            )
        case .lapse(let hold): return try await lapse(self.hold(hold))
        case .expire(let pot): try await setExpiry(pot, "-1 hour")
        case .renew(let pot): try await setExpiry(pot, "1 year")
        case .age(let pot, let periods):
            try await roles.owner.execute(
                """
                UPDATE ledger.account
                   SET depreciated_periods = depreciated_periods - \(Int32(periods))
                 WHERE community_id = \(community) AND id = \(accounts[pot])
                """
            )
        case .nextDay(let holder):
            try await roles.owner.execute(
                """
                UPDATE ledger.holder SET day = day - 1
                 WHERE community_id = \(community) AND class = \("class \(holder)")
                """
            )
        case .open(let account, let isOpen):
            try await roles.owner.execute(
                """
                UPDATE ledger.account SET state = \(isOpen ? "open" : "frozen")
                 WHERE community_id = \(community) AND id = \(accounts[account])
                """
            )
        case .limit(let account, let floor, let ceiling):
            return try await word(
                """
                SELECT ledger.set_limits(\(community), \(accounts[account]), \(floor), \(ceiling))
                """,
                roles.wallet
            )
        }
        return "done"
    }

    private mutating func place(_ placement: Placement) async throws -> String {
        let accounts = placement.accounts.map { self.accounts[$0] }
        return try await word(
            """
            SELECT ledger.place_hold(\(community), \(hold(placement.hold)),
                \(placement.kind.rawValue), \(accounts), \(self.accounts[placement.payee]),
                \(placement.amount), now() + interval '1 day', NULL, NULL)
            """,
            roles.merchant
        )
    }

    private func word(_ sql: SQL, _ database: Database) async throws -> String {
        do {
            return try await database.query(sql) { try $0.one().decode(String.self) }
        } catch let error as PostgresError where error.sqlState != nil {
            return "\(error)"
        }
    }

    private func lapse(_ hold: UUID) async throws -> String {
        try await roles.owner.execute(
            """
            UPDATE ledger.hold SET expires_at = placed_at + interval '1 microsecond'
             WHERE community_id = \(community) AND id = \(hold) AND state = 'held'
            """
        )
        while true {
            let state = try await roles.owner.query(
                "SELECT state FROM ledger.hold WHERE community_id = \(community) AND id = \(hold)"
            ) { try $0.first?.decode(String.self) }
            guard state == "held" else { return state ?? "none" }
            try await roles.wallet.execute("SELECT ledger.expire_holds(1000)")
        }
    }

    private func setExpiry(_ pot: Int, _ distance: String) async throws {
        try await roles.disbursement.execute(
            """
            SELECT ledger.set_expiry(\(community), \([accounts[pot]]),
                now() + interval '\(rawSQL: distance)', \(accounts[Cast.programme]))
            """
        )
    }

    /// The worker comes by until it has nothing more to do here.
    func sweepExpiredPots() async throws {
        while true {
            let isDue = try await roles.owner.query(
                """
                SELECT EXISTS (SELECT FROM ledger.account
                    WHERE community_id = \(community) AND expires_at < now() AND posted > held)
                """
            ) { try $0.one().decode(Bool.self) }
            guard isDue else { return }
            try await roles.wallet.execute("SELECT ledger.expire_pots(1000)")
        }
    }
}
