import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// A second person has read from the institution's file that a number is somebody's: only the one that
/// was linked counts. From now on benefits for it find the person.
struct ConfirmClientNumber: Sendable {
    let link: UUID
    let person: UUID
    let community: UUID
    let number: ClientNumber
    let evidence: String
    let lookup: LookupKey
    /// The client that confirms.
    let client: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> LinkedClientNumber {
        guard
            let found = try ClientNumberQueries.lock(link, of: person, community, connection),
            found.link.state != .withdrawn
        else { throw Problem.notFound("client number") }
        let owner = found.link.institutionId?.uuid ?? community
        guard lookup.hash(number, of: owner) == found.hash else {
            throw ClientNumberProblems.mismatch
        }
        guard found.link.state == .unconfirmed else { return found.link }
        guard found.link.linkedBy.uuid != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who linked the number confirms it."
            )
        }
        try confirm(connection)
        var confirmed = found.link
        confirmed.state = .confirmed
        confirmed.confirmedBy = Identifier(client)
        confirmed.confirmedAt = now
        return confirmed
    }

    private func confirm(_ connection: Connection) throws {
        do {
            try connection.execute(ClientNumberQueries.confirm(self))
        } catch let error where error.violates("client_number_linked_once") {
            throw ClientNumberProblems.linked
        }
        // Benefits may wait for this number.
        try connection.notify(
            channel: "accounts_enrolment",
            payload: Identifier(community).description
        )
    }
}
