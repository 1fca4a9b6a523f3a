import API
import FoundationEssentials
import Postgres

/// What directories ask the database.
enum DropQueries {
    /// The party of a client that may submit files and was not revoked.
    static func submitter(_ client: UUID, _ community: UUID) -> SQL {
        let roles = Role.allCases.filter { $0.scopes.contains(.batchesSubmit) }.map(\.rawValue)
        return """
            SELECT party_id FROM accounts.client
             WHERE community_id = \(community) AND id = \(client)
               AND revoked_at IS NULL AND roles && \(roles)
            """
    }

    /// Those of some batches whose lines all have their outcome.
    static func finished(_ batches: [UUID], of drop: Drop) -> SQL {
        """
        SELECT id FROM disbursement.batch
         WHERE community_id = \(drop.communityId.uuid) AND id = ANY (\(batches))
           AND programme_id = \(drop.programmeId.uuid) AND submitted_by = \(drop.clientId.uuid)
           AND state IN ('refused', 'done', 'partly-done', 'cancelled')
        """
    }
}
