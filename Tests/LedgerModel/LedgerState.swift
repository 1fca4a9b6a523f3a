import FoundationEssentials
import Postgres

/// What is compared at the end of a history.
struct LedgerState {
    struct Balance: Equatable {
        let posted, held, seq: Int64
    }
    var balances: [Int: Balance] = [:]
    var statements: [Int: [LedgerModel.Posting]] = [:]
}

extension LedgerSession {
    /// Everything that can be compared at the end.
    func state() async throws -> LedgerState {
        let figures = try await roles.owner.query(
            """
            SELECT id, posted, held, seq FROM ledger.account WHERE community_id = \(community)
            """
        ) { try $0.map { try $0.decode(UUID.self, Int64.self, Int64.self, Int64.self) } }
        let lines = try await roles.owner.query(
            """
            SELECT account_id, array_agg(amount ORDER BY seq), array_agg(balance_after ORDER BY seq)
              FROM ledger.posting WHERE community_id = \(community) GROUP BY account_id
            """
        ) { try $0.map { try $0.decode(UUID.self, [Int64].self, [Int64].self) } }
        let numbers = Dictionary(
            uniqueKeysWithValues: accounts.enumerated().map { ($1, $0) }
        )
        var state = LedgerState()
        for (id, posted, held, seq) in figures {
            guard let number = numbers[id] else { continue }
            state.balances[number] = .init(posted: posted, held: held, seq: seq)
        }
        for (id, amounts, balances) in lines {
            guard let number = numbers[id] else { continue }
            state.statements[number] = zip(amounts, balances).map {
                LedgerModel.Posting(amount: $0, balanceAfter: $1)
            }
        }
        return state
    }
}
