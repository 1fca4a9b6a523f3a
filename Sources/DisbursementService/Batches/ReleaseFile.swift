import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Lets the file of a batch that pays nothing, now or ever, be handed in once more: what it was refused
/// for may be different now. The batch stays as it is.
struct ReleaseFile: Sendable {
    let batch: UUID
    let community: UUID
    let client: UUID
    let reason: String
    let now: Instant

    /// The batch, released.
    func callAsFunction(_ connection: Connection) throws -> Batch {
        let found = try BatchQueries.lockStanding(batch, community: community, connection)
        guard [.refused, .cancelled].contains(found.state) else {
            throw Problem(.fileNotReleasable, "The batch may still pay, or has paid.")
        }
        guard try connection.execute(release) == 1 else {
            throw Problem(.fileNotReleasable, "The file was released before.")
        }
        return try BatchQueries.changed(batch, community: community, connection)
    }

    private var release: SQL {
        """
        UPDATE disbursement.batch
           SET released_at = \(Timestamp(now)), released_by = \(client), release_reason = \(reason)
         WHERE community_id = \(community) AND id = \(batch) AND released_at IS NULL
        """
    }
}
