import FoundationEssentials
import Postgres

/// Pots that receive a programme's coins.
enum Pots {
    /// Opens what does not exist yet, with its end; answers the pot of every wallet that receives now.
    static func open(
        in wallets: [UUID],
        of programme: ProgrammeAccounts,
        community: UUID,
        _ connection: Connection
    ) throws -> [UUID: UUID] {
        let distinct = Array(Set(wallets))
        guard !distinct.isEmpty else { return [:] }
        let rows = try connection.query(
            """
            SELECT wallet_id, pot_id
              FROM disbursement.open_pots(\(community), \(programme.id), \(distinct))
            """
        )
        var pots: [UUID: UUID] = [:]
        for row in rows {
            let (wallet, pot) = try row.decode(UUID.self, UUID.self)
            pots[wallet] = pot
        }
        return pots
    }
}
