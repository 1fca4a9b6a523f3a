import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Says that an institution knows a person by a number. Until somebody else has confirmed it, no
/// benefit is credited by it.
struct LinkClientNumber: Sendable {
    /// Numbers of one person that were not taken back.
    static let most = 20

    let number: ClientNumber
    /// The institution that was named.
    let institution: UUID?
    let lookup: LookupKey
    let person: UUID
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> LinkedClientNumber {
        let standing = try connection.query(
            PersonQueries.lockLink(of: person, community: community)
        )
        guard !standing.isEmpty else { throw Problem.notFound("person") }
        let owner = try owner(connection)
        let hash = lookup.hash(number, of: owner ?? community)
        if let known = try ClientNumberQueries.links(
            connection.query(ClientNumberQueries.live(hash, of: person, community))
        ).first {
            return known
        }
        guard
            try connection.query(ClientNumberQueries.confirmed(hash, community)).isEmpty
        else { throw ClientNumberProblems.linked }
        let count = try connection.query(ClientNumberQueries.count(of: person, community))
            .one().decode(Int64.self)
        guard count < Self.most else {
            throw Problem(
                .tooManyClientNumbers,
                "The person has \(Self.most) numbers; take one back first."
            )
        }
        let linked = LinkedClientNumber(
            id: Identifier(id),
            personId: Identifier(person),
            institutionId: owner.map(Identifier.init),
            clientNumberMasked: number.masked,
            state: .unconfirmed,
            linkedBy: Identifier(caller.client),
            linkedAt: now,
            confirmedBy: nil,
            confirmedAt: nil,
            withdrawnAt: nil
        )
        try connection.execute(ClientNumberQueries.insert(linked, hash: hash, community))
        return linked
    }

    /// The institution that was named, or else the caller's own where the caller is one.
    private func owner(_ connection: Connection) throws -> UUID? {
        let candidate = institution ?? caller.party
        let isInstitution = try !connection.query(
            ClientNumberQueries.institution(candidate, community)
        ).isEmpty
        if !isInstitution, institution != nil {
            throw Problem(.unknownInstitution, "The community has no such institution.")
        }
        return isInstitution ? candidate : nil
    }
}
