import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes a community with the institution that administers it and that institution's client.
struct CreateCommunity: Sendable {
    let creation: CommunityCreation
    let community: UUID
    let party: UUID
    let client: UUID
    let now: Instant
    let key: ClientKey

    func callAsFunction(_ connection: Connection) throws -> Community {
        let made = Community(
            id: Identifier(community),
            name: creation.name,
            timeZone: creation.timeZone ?? "Europe/Amsterdam",
            createdAt: now,
            administrator: AdministratorReference(
                partyId: Identifier(party),
                clientId: Identifier(client)
            )
        )
        try connection.execute(CommunityQueries.insert(made))
        let name = creation.administrator.name
        try connection.execute(
            InstitutionQueries.insert(
                Institution(
                    id: Identifier(party),
                    name: name,
                    kind: .municipality,
                    createdAt: now
                ),
                community: community
            )
        )
        try connection.execute(
            ClientQueries.insert(
                Client(
                    id: Identifier(client),
                    partyId: Identifier(party),
                    name: name,
                    kind: .organisation,
                    roles: [.communityAdministrator],
                    state: .active,
                    createdAt: now
                ),
                key: key,
                terminal: nil,
                shop: nil,
                community: community
            )
        )
        return made
    }
}
