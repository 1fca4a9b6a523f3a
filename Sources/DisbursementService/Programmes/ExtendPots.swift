import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Lets the money of a programme end later for one person, in pots that have not ended and in those to
/// come. Nothing ends earlier by it.
struct ExtendPots: Sendable {
    let creation: ExtensionCreation
    let programme: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Extension {
        guard creation.untilAt > now else {
            throw Problem.invalid("/untilAt", "lies in the past")
        }
        guard
            let ends = try ExtensionQueries.potsEnd(of: programme, community, connection)
        else { throw Problem.notFound("programme") }
        guard ends else {
            throw Problem(.nothingToExtend, "The money of the programme has no end.")
        }
        guard let pots = try ExtensionQueries.extend(self, connection) else {
            throw Problem(.unknownParty, "The community has no such person.")
        }
        return Extension(
            id: Identifier(id),
            programmeId: Identifier(programme),
            personId: creation.personId,
            untilAt: creation.untilAt,
            potCount: pots,
            extendedBy: Identifier(client),
            extendedAt: now
        )
    }
}
