import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Ends everything that acts for a party: its clients for ever, and its unused activation codes.
/// The party stays, with its wallet, and may be given a new code.
struct RevokeParty: Sendable {
    let id: UUID
    let community: UUID
    let reason: String
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> PartyRevocation {
        let known = try connection.query(ClientQueries.party(id, of: community))
        guard !known.isEmpty else { throw Problem.notFound("party") }
        // The codes first: who is enrolling with one now is done when they are ours, and is a
        // client by then.
        try connection.execute(ActivationCodeQueries.voidAll(of: id, community: community))
        let revoked = try connection.query(
            ClientQueries.revoke(
                .allOf(party: id),
                community: community,
                reason: reason,
                at: now
            )
        )
        return PartyRevocation(
            partyId: Identifier(id),
            revokedClients: revoked.count,
            revokedAt: now
        )
    }
}
