import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Links a bank account to a person; an earlier one is unlinked. Until somebody else has verified
/// it, this is a claim, by which no benefit is credited.
struct LinkIban: Sendable {
    let claim: IBANClaim
    let person: UUID
    let community: UUID

    func callAsFunction(_ connection: Connection) throws -> Person {
        guard try known(connection) != nil else { throw Problem.notFound("person") }
        try claim.requireFree(for: person, community: community, connection)
        try connection.execute(
            PersonQueries.link(claim, to: person, community: community)
        )
        guard let person = try known(connection) else { throw Problem.notFound("person") }
        return person
    }

    private func known(_ connection: Connection) throws -> Person? {
        try PersonQueries.people(
            connection.query(PersonQueries.person(person, of: community))
        ).first
    }
}

/// That somebody says an IBAN is a person's.
struct IBANClaim: Sendable {
    let iban: LinkedIBAN
    let sealed: [UInt8]
    /// The client that says so.
    let by: UUID
    let at: Instant

    /// Throws 409 when another person has this IBAN for certain.
    func requireFree(for person: UUID, community: UUID, _ connection: Connection) throws {
        let others = try connection.query(
            PersonQueries.verifiedHolder(of: iban.hash, except: person, community: community)
        )
        guard others.isEmpty else { throw PersonProblems.ibanLinked }
    }
}
