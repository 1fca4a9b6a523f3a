import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Registers software of an institution or merchant with its key and roles.
struct RegisterClient: Sendable {
    let registration: ClientRegistration
    let key: ClientKey
    let community: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Client {
        guard registration.roles.allSatisfy(\.isRegistrable) else {
            throw Problem.invalid("/roles", "has a role that is installed or enrolled")
        }
        let party = registration.partyId
        let organisation = try connection.query(
            ClientQueries.organisation(party.uuid, community: community)
        )
        guard !organisation.isEmpty else {
            throw Problem(
                .unknownParty,
                "The community has no institution or merchant with this id."
            )
        }
        let client = Client(
            id: Identifier(id),
            partyId: party,
            name: registration.name,
            kind: .organisation,
            roles: registration.roles,
            state: .active,
            createdAt: now
        )
        try connection.execute(
            ClientQueries.insert(
                client,
                key: key,
                terminal: nil,
                shop: nil,
                community: community
            )
        )
        return client
    }
}
