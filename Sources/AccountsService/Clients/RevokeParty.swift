import API
import Postgres
import ServiceKit

/// Ends everything that acts for a party: its clients for ever, its unused activation codes,
/// and the mandates that it gave.
/// The party stays, with its wallet, and may be given a new code.
struct RevokeParty: Sendable {
    let order: RevocationOrder

    func callAsFunction(_ connection: Connection) throws -> PartyRevocation {
        let (party, community) = (order.id, order.community)
        let known = try connection.query(ClientQueries.party(party, of: community))
        guard !known.isEmpty else { throw Problem.notFound("party") }
        // The codes first: who is enrolling with one now is done when they are ours, and is a
        // client by then.
        try connection.execute(ActivationCodeQueries.voidAll(of: party, community: community))
        let revoked = try connection.query(ClientQueries.revoke(.byParty, order))
        try connection.execute(MandateQueries.revoke(.byGiver, order))
        return PartyRevocation(
            partyId: Identifier(party),
            revokedClients: revoked.count,
            revokedAt: order.now
        )
    }
}
