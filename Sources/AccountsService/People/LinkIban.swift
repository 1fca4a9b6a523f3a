import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Links the bank account by which benefits find a person; an earlier one is unlinked.
struct LinkIban: Sendable {
    let iban: LinkedIBAN
    let person: UUID
    let community: UUID

    func callAsFunction(_ connection: Connection) throws -> Person {
        let linked: Int
        do {
            linked = try connection.execute(
                PersonQueries.link(iban, to: person, community: community)
            )
        } catch let error where error.violates("iban_linked_once") {
            throw PersonProblems.ibanLinked
        }
        guard linked == 1 else { throw Problem.notFound("person") }
        // Benefits may wait for this account.
        try connection.notify(
            channel: "accounts_enrolment",
            payload: Identifier(community).description
        )
        let found = try PersonQueries.people(
            connection.query(PersonQueries.person(person, of: community))
        )
        guard let person = found.first else { throw Problem.notFound("person") }
        return person
    }
}
