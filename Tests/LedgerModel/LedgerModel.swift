import Domain

/// The ledger in a few pages: what every step must be answered, and where all money then is.
package struct LedgerModel: Sendable {
    /// An account.
    package struct Account: Sendable, Equatable {
        package internal(set) var posted: Int64 = 0
        package internal(set) var held: Int64 = 0
        package internal(set) var floor: Int64? = 0
        package internal(set) var ceiling: Int64?
        var isOpen = true
        var isExpired = false
        /// Up to which period its depreciation was posted.
        var depreciatedThrough = Cast.periodsPassed

        var available: Int64 { posted - held }
        /// What it can give; nil without a limit.
        var spendable: Int64? { floor.map { available - $0 } }
    }

    /// A line of a statement.
    package struct Posting: Sendable, Hashable {
        package let amount: Int64
        package let balanceAfter: Int64

        package init(amount: Int64, balanceAfter: Int64) {
            self.amount = amount
            self.balanceAfter = balanceAfter
        }
    }

    /// A transfer that stands.
    struct Standing: Sendable {
        let move: Move
        let legs: [Move.Leg]
    }

    struct Hold: Sendable {
        let placement: Placement
        var parts: [(account: Int, left: Int64)]
        /// held, captured, voided or expired.
        var state = "held"
    }

    struct Reversal: Hashable, Sendable {
        let act: Int
        let account: Int
    }

    static let most: Int64 = 9_007_199_254_740_991

    package internal(set) var accounts: [Account]
    /// By account, in order.
    package internal(set) var statements: [[Posting]]
    var spent = Cast.holders.map { _ in Int64(0) }
    var received = Cast.holders.map { _ in Int64(0) }
    var standing: [Int: Standing] = [:]
    var holds: [Int: Hold] = [:]
    var returned: [Reversal: Int64] = [:]
    /// What to restore when a transfer or its set is refused.
    var journal: [Change] = []
    /// A mistake, to see that it is found.
    private(set) var ignoresFloors = false

    package init(ignoringFloors: Bool = false) {
        ignoresFloors = ignoringFloors
        accounts = Cast.members.map { member in
            var account = Account()
            if ["bank", "issuance"].contains(member.kind) { account.floor = nil }
            return account
        }
        statements = Cast.members.map { _ in [] }
    }

    /// What is answered to a step, or to each move of a batch.
    package mutating func apply(_ steps: ArraySlice<LedgerStep>) -> [String] {
        let moves = steps.compactMap { if case .move(let move) = $0 { move } else { nil } }
        let answers = moves.isEmpty ? steps.map { applyOne($0) } : post(moves)
        journal.removeAll(keepingCapacity: true)
        sweepExpiredPots()
        return answers
    }

    private mutating func applyOne(_ step: LedgerStep) -> String {
        switch step {
        case .move: preconditionFailure("moves go in batches")
        case .place(let placement): return place(placement)
        case .void(let hold): return void(hold)
        case .lapse(let hold):
            if holds[hold]?.state == "held" { release(hold, as: "expired") }
            return holds[hold]?.state ?? "none"
        case .expire(let pot): accounts[pot].isExpired = true
        case .renew(let pot): accounts[pot].isExpired = false
        case .age(let pot, let periods): accounts[pot].depreciatedThrough -= Int64(periods)
        case .nextDay(let holder): (spent[holder], received[holder]) = (0, 0)
        case .open(let account, let isOpen): accounts[account].isOpen = isOpen
        case .limit(let account, let floor, let ceiling):
            if ceiling ?? .max < floor { return "amount-out-of-range" }
            if accounts[account].available < floor { return "insufficient-funds" }
            if accounts[account].posted > ceiling ?? .max { return "above-ceiling" }
            accounts[account].floor = floor
            accounts[account].ceiling = ceiling
            return "set"
        }
        return "done"
    }

    /// Changes an account and says so on its statement, at once and for good.
    mutating func record(_ amount: Int64, on account: Int) {
        accounts[account].posted += amount
        statements[account].append(
            Posting(amount: amount, balanceAfter: accounts[account].posted)
        )
    }
}

extension LedgerModel {
    /// Something as it was.
    enum Change: Sendable {
        case account(Int, Account)
        case hold(Int, Hold)
        case spent(Int, Int64)
        case received(Int, Int64)
        case returned(Reversal, Int64?)
    }

    /// Takes back what happened since the journal was this long.
    mutating func restore(to mark: Int) {
        while journal.count > mark, let change = journal.popLast() {
            switch change {
            case .account(let index, let before): accounts[index] = before
            case .hold(let number, let before): holds[number] = before
            case .spent(let holder, let before): spent[holder] = before
            case .received(let holder, let before): received[holder] = before
            case .returned(let key, let before): returned[key] = before
            }
        }
    }
}
