import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A second person has seen that a bank account is somebody's, and has read the number from the
/// proof: only the one that was linked counts. From now on benefits for it find the person.
struct VerifyIban: Sendable {
    let iban: LinkedIBAN
    let evidence: String
    let person: UUID
    let community: UUID
    /// The client that verifies.
    let client: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Person {
        let linked = try PersonQueries.link(
            connection.query(PersonQueries.lockLink(of: person, community: community))
        )
        guard let linked else { throw Problem.notFound("person") }
        guard linked.hash == iban.hash else {
            throw Problem(.ibanMismatch, "The person is linked to another IBAN, or to none.")
        }
        if !linked.isVerified {
            guard linked.by != client else {
                throw Problem(
                    .secondPersonRequired,
                    "Somebody else than who linked the IBAN verifies it."
                )
            }
            try verify(connection)
        }
        let found = try PersonQueries.people(
            connection.query(PersonQueries.person(person, of: community))
        )
        guard let person = found.first else { throw Problem.notFound("person") }
        return person
    }

    private func verify(_ connection: Connection) throws {
        do {
            try connection.execute(PersonQueries.verify(self))
        } catch let error where error.violates("iban_linked_once") {
            throw PersonProblems.ibanLinked
        }
        // Benefits may wait for this account.
        try connection.notify(
            channel: "accounts_enrolment",
            payload: Identifier(community).description
        )
    }
}
