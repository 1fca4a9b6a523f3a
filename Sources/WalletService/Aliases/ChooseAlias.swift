import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Gives a wallet of the caller another alias. The old one leads nowhere from now on, and for a year
/// nobody else can take it: who still has it written down must not pay a stranger.
struct ChooseAlias: Sendable {
    let wallet: UUID
    let party: UUID
    let community: UUID
    let alias: String

    func callAsFunction(_ connection: Connection) throws -> ChosenWalletAlias {
        switch try outcome(connection) {
        case "chosen":
            return ChosenWalletAlias(walletId: Identifier(wallet), alias: alias)
        case "too-many-changes":
            throw Problem(
                .tooManyAliasChanges,
                "Three aliases of this wallet were given up within a year."
            )
        default: throw Problem.notFound("wallet")
        }
    }

    private func outcome(_ connection: Connection) throws -> String {
        do {
            return try connection.query(choice).one().decode(String.self)
        } catch let error where error.violates("wallet_alias_taken") {
            throw Problem(
                .aliasTaken,
                "Another wallet has this alias, or had it less than a year ago."
            )
        }
    }

    private var choice: SQL {
        "SELECT wallet.choose_alias(\(community), \(wallet), \(party), \(alias))"
    }
}
