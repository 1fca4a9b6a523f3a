import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Announces that what is left of a grant will be taken back when the waiting period is over.
struct RecallGrant: Sendable {
    let creation: RecallCreation
    let grant: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Recall {
        let found = try GrantQueries.grants(
            connection.query(GrantQueries.find(grant, of: nil, community))
        )
        guard let grant = found.first else { throw Problem.notFound("grant") }
        let terms = try RecallTerms(
            creation,
            programme: grant.programmeId.uuid,
            coin: grant.amount.coin,
            community: community,
            client: client,
            now: now,
            connection
        )
        guard grant.left.value != "0.00" else {
            throw Problem(.nothingToRecall, "Nothing is left of the grant.")
        }
        let recall = NewRecall(id: id, grant: grant.id.uuid, person: grant.personId.uuid)
        guard try RecallQueries.announce([recall], terms, connection) == [recall.grant] else {
            throw Problem(.grantBeingRecalled, "A recall of the grant has not ended.")
        }
        return try RecallQueries.recalls(
            connection.query(RecallQueries.find(id, of: nil, community))
        )[0]
    }
}
