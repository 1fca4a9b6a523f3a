package import Domain

/// The services that move money, by the login role they have.
package enum ServiceRole: String, Sendable, Hashable, CaseIterable {
    case wallet, merchant, disbursement
}

/// One thing that happens to a ledger. Accounts, acts and holds have small numbers, so that a
/// history can be played again in another community, and read.
package enum LedgerStep: Sendable, Hashable {
    case move(Move)
    case place(Placement)
    case void(hold: Int)
    /// The time of a hold passes and the worker comes by.
    case lapse(hold: Int)
    /// The time of a pot passes and the worker comes by.
    case expire(pot: Int)
    /// A pot that had expired may be used again.
    case renew(pot: Int)
    /// So many periods of depreciation pass.
    case age(pot: Int, periods: Int)
    /// A day passes.
    case nextDay(holder: Int)
    case open(account: Int, Bool)
    case limit(account: Int, floor: Int64, ceiling: Int64?)
}

/// A transfer that is proposed.
package struct Move: Sendable, Hashable {
    /// A leg; without an amount it is drawn on.
    package struct Leg: Sendable, Hashable {
        package var account: Int
        package var amount: Int64?

        package init(_ account: Int, _ amount: Int64?) {
            self.account = account
            self.amount = amount
        }
    }

    /// The business act; the same number again is a replay, or a conflict.
    package var act: Int
    package var role: ServiceRole
    package var kind: TransferKind
    package var legs: [Leg]
    /// The act that is refunded or corrected.
    package var related: Int?
    package var hold: Int?
    package var isLinked = false
    /// Moves of one role that follow each other go in one batch, until one says this.
    package var startsBatch = false

    package init(
        act: Int,
        role: ServiceRole,
        kind: TransferKind,
        legs: [Leg],
        related: Int? = nil,
        hold: Int? = nil
    ) {
        self.act = act
        self.role = role
        self.kind = kind
        self.legs = legs
        self.related = related
        self.hold = hold
    }

    /// Whether both propose the same.
    func proposesSame(as other: Move) -> Bool {
        kind == other.kind && related == other.related && hold == other.hold && legs == other.legs
    }
}

/// A hold that is asked for.
package struct Placement: Sendable, Hashable {
    package var hold: Int
    package var kind: TransferKind
    package var accounts: [Int]
    package var payee: Int
    package var amount: Int64
}

extension LedgerStep: CustomStringConvertible {
    /// One line of a history.
    package var description: String {
        switch self {
        case .move(let move): move.description
        case .place(let place):
            "hold \(place.hold): \(place.kind) of \(place.amount) for \(Cast.name(place.payee)) "
                + "from \(place.accounts.map(Cast.name).joined(separator: ", "))"
        case .void(let hold): "void hold \(hold)"
        case .lapse(let hold): "hold \(hold) expires"
        case .expire(let pot): "\(Cast.name(pot)) expires"
        case .renew(let pot): "\(Cast.name(pot)) is renewed"
        case .age(let pot, let periods): "\(Cast.name(pot)) grows \(periods) periods older"
        case .nextDay(let holder): "a new day for holder \(holder)"
        case .open(let account, let isOpen):
            "\(Cast.name(account)) is \(isOpen ? "open" : "frozen")"
        case .limit(let account, let floor, let ceiling):
            "\(Cast.name(account)) from \(floor) to \(ceiling.map(String.init) ?? "any")"
        }
    }
}

extension Move: CustomStringConvertible {
    package var description: String {
        let legs = legs.map { leg in
            "\(Cast.name(leg.account)) \(leg.amount.map { $0 > 0 ? "+\($0)" : "\($0)" } ?? "draw")"
        }
        return [
            startsBatch ? "| " : "  ", "\(role) act \(act): \(kind)",
            related.map { " of act \($0)" } ?? "", hold.map { " from hold \($0)" } ?? "",
            " (", legs.joined(separator: ", "), ")", isLinked ? " linked" : "",
        ].joined()
    }
}
