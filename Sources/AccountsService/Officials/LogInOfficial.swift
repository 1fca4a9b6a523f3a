import API
import FoundationEssentials
import Logging
import Postgres
import ServiceKit

/// Lets an official in by the word of their institution's identity provider (RFC 7523 section 2.1).
///
/// Each subject is a client of its own, made at the first login: whatever it does is told apart from
/// what others do, and it can be revoked here like any other.
struct LogInOfficial: Sendable {
    let database: Database
    let providers: IdentityProviders
    let clock: Clock
    let logger: Logger

    /// Why somebody is not let in; for the log, because the answer is the same for all.
    enum Refusal: String, Error {
        case unreadable = "not of a trusted provider and for us"
        case outOfTime = "not of now"
        case wrongSignature = "not signed by the provider"
        case noRole = "gives no role"
        case usedBefore = "used before"
        case revoked = "the client was revoked"
        case unknownParty = "the configured institution does not exist"
    }

    /// The client of the official; throws 400, and 503 without the provider's keys.
    func callAsFunction(_ token: String, _ call: Call<Anyone>) async throws -> TokenClient {
        do {
            return try await client(token, call)
        } catch let refusal as Refusal {
            logger.info("official not let in", metadata: ["reason": "\(refusal.rawValue)"])
            throw TokenRefusal.invalidGrant.problem
        }
    }

    private func client(_ token: String, _ call: Call<Anyone>) async throws -> TokenClient {
        let now = clock.now()
        guard let assertion = ProviderAssertion(token, trusting: providers) else {
            throw Refusal.unreadable
        }
        guard assertion.holds(at: now) else { throw Refusal.outOfTime }
        guard try await assertion.isSigned() else { throw Refusal.wrongSignature }
        let roles = assertion.roles
        guard !roles.isEmpty else { throw Refusal.noRole }
        let newID = clock.newID()
        let settings = assertion.provider.settings
        return try await Tenant.community(settings.communityId.uuid).perform {
            try await database.transaction { connection in
                _ = try connection.query(OfficialQueries.lock(assertion))
                guard try connection.execute(OfficialQueries.use(assertion)) == 1 else {
                    throw Refusal.usedBefore
                }
                let (id, isChanged) =
                    try known(assertion, roles, connection)
                    ?? (register(assertion, roles, as: newID, at: now, connection), true)
                if isChanged { try record(Identifier(id), assertion, call, connection) }
                return TokenClient(
                    id: id,
                    kind: .official,
                    party: settings.partyId.uuid,
                    community: settings.communityId.uuid,
                    roles: roles,
                    key: nil,
                    terminal: nil
                )
            }
        }
    }

    /// That somebody has rights from now on, or others than before.
    private func record(
        _ client: Identifier,
        _ assertion: ProviderAssertion,
        _ call: Call<Anyone>,
        _ connection: Connection
    ) throws {
        let settings = assertion.provider.settings
        let after: [String: AuditValue] = [
            "kind": .text(ClientKind.official.rawValue), "name": .personal(assertion.name),
            "roles": .texts(assertion.roles.map(\.rawValue)), "issuer": .text(settings.issuer),
        ]
        try call.record(
            AuditEntry(.client, client, to: after, about: client),
            by: AuditActor(client: client, party: settings.partyId),
            in: settings.communityId.uuid,
            connection
        )
    }

    /// The client of somebody who was here before, with the name and roles of today, and whether
    /// these are others.
    private func known(
        _ assertion: ProviderAssertion,
        _ roles: [Role],
        _ connection: Connection
    ) throws -> (UUID, isChanged: Bool)? {
        let found = try OfficialQueries.known(connection.query(OfficialQueries.client(assertion)))
        guard let found else { return nil }
        guard !found.isRevoked else { throw Refusal.revoked }
        let changed = try connection.execute(OfficialQueries.update(found.id, assertion, roles))
        return (found.id, changed > 0)
    }

    private func register(
        _ assertion: ProviderAssertion,
        _ roles: [Role],
        as id: UUID,
        at now: Instant,
        _ connection: Connection
    ) throws -> UUID {
        let settings = assertion.provider.settings
        let institution = try connection.query(
            ClientQueries.organisation(settings.partyId.uuid, community: settings.communityId.uuid)
        )
        guard !institution.isEmpty else { throw Refusal.unknownParty }
        try connection.execute(OfficialQueries.insertClient(id, assertion, roles, at: now))
        try connection.execute(OfficialQueries.insert(id, assertion, at: now))
        return id
    }
}
