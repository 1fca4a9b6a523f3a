package import FoundationEssentials
package import Postgres

extension Ledger {
    /// One posting of a transfer, in minor units.
    package struct PostedLeg: Sendable, Hashable {
        package let account: UUID
        package let minorUnits: Int64
    }

    /// The legs of transfers by their ids, in the order they were posted; those that do not exist are
    /// absent. Throws `PostgresError`.
    package static func legs(
        ofAll transfers: [UUID],
        community: UUID,
        _ connection: Connection
    ) throws -> [UUID: [PostedLeg]] {
        let rows = try connection.query(
            """
            SELECT id, accounts, amounts FROM ledger.transfer
             WHERE community_id = \(community) AND id = ANY (\(transfers))
            """
        )
        var legs: [UUID: [PostedLeg]] = [:]
        for row in rows {
            let (id, accounts, amounts) = try row.decode(UUID.self, [UUID].self, [Int64].self)
            legs[id] = zip(accounts, amounts).map { PostedLeg(account: $0, minorUnits: $1) }
        }
        return legs
    }
}
