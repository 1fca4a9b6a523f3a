package import Domain
package import FoundationEssentials
package import Postgres

/// Coins that accounts keep for a payee until they are captured, voided or expired.
///
/// A capture is an ordinary `TransferProposal` that names the hold: it has credits only, the
/// payee's first, and takes what they need from the hold, in whole or in part.
package struct HoldProposal: Sendable {
    /// Made from the business act, so that it is placed once only.
    package let id: UUID
    /// What the captures will be.
    package let kind: TransferKind
    /// The accounts that give, drawn on in this order, each as far as it goes.
    package let accounts: [UUID]
    /// The only account that captures may pay first.
    package let payee: UUID
    /// More than zero.
    package let minorUnits: Int64
    /// When what is left goes back by itself; in the future.
    package let expiresAt: Timestamp
    /// The client that acted.
    package let client: UUID?
    /// The party on whose behalf it acted.
    package let party: UUID?

    package init(
        id: UUID,
        kind: TransferKind,
        accounts: [UUID],
        payee: UUID,
        minorUnits: Int64,
        expiresAt: Timestamp,
        client: UUID? = nil,
        party: UUID? = nil
    ) {
        self.id = id
        self.kind = kind
        self.accounts = accounts
        self.payee = payee
        self.minorUnits = minorUnits
        self.expiresAt = expiresAt
        self.client = client
        self.party = party
    }
}

extension Ledger {
    /// What became of an act on a hold.
    package enum HoldVerdict: Sendable, Hashable {
        /// It was done now.
        case done
        /// It was done before, in the same way.
        case replayed
        /// It has no effect.
        case refused(LedgerRefusal)

        init(code: String) throws(PostgresError) {
            switch code {
            case "held", "voided": self = .done
            case "replayed": self = .replayed
            default:
                guard let refusal = LedgerRefusal(rawValue: code) else {
                    throw .decoding("unknown verdict \(code)")
                }
                self = .refused(refusal)
            }
        }
    }

    /// Places a hold in the caller's transaction, counted against the day's spending.
    ///
    /// Throws `PostgresError`.
    package static func place(
        _ hold: HoldProposal,
        community: UUID,
        _ connection: Connection
    ) throws -> HoldVerdict {
        let rows = try connection.query(
            """
            SELECT ledger.place_hold(
                \(community), \(hold.id), \(hold.kind.rawValue), \(hold.accounts), \(hold.payee),
                \(hold.minorUnits), \(hold.expiresAt), \(hold.client), \(hold.party))
            """
        )
        return try HoldVerdict(code: rows.one().decode(String.self))
    }

    /// Gives what is left of a hold back to where it came from. Throws `PostgresError`.
    package static func voidHold(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> HoldVerdict {
        let rows = try connection.query("SELECT ledger.void_hold(\(community), \(id))")
        return try HoldVerdict(code: rows.one().decode(String.self))
    }
}
