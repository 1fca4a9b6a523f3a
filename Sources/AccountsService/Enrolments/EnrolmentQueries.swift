import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of enrolments beside clients and codes.
enum EnrolmentQueries {
    /// The wallet and its alias: those that the person has already, or these.
    static func openWallet(
        _ id: UUID,
        party: UUID,
        community: UUID,
        alias: String?,
        at now: Instant
    ) -> SQL {
        """
        SELECT wallet_id, wallet_alias
          FROM wallet.open_wallet(\(community), \(id), \(party), \(alias), \(Timestamp(now)))
        """
    }
}
