import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Who changes cards, when, and what every change has in common: the card is held still, judged,
/// changed and remembered in one transaction.
struct CardChange: Sendable {
    let community: UUID
    let client: UUID
    let now: Instant
    let newID: @Sendable () -> UUID

    init(_ call: Call<Caller>) throws {
        community = try call.caller.requireCommunity()
        client = call.caller.client
        now = call.clock.now()
        newID = { [clock = call.clock] in clock.newID() }
    }

    /// The card of an address; throws 404 when it is none of the community's.
    func card(_ id: UUID, _ connection: Connection) throws -> StoredCard {
        let found = try CardQueries.stored(
            connection.query(CardQueries.locked(.id(id), of: community))
        )
        guard let card = found else { throw Problem.notFound("card") }
        return card
    }

    /// A card that is to be given out, by the hash of its number.
    func blankCard(_ numberHash: [UInt8], _ connection: Connection) throws -> StoredCard {
        let found = try CardQueries.stored(
            connection.query(CardQueries.locked(.number(hash: numberHash), of: community))
        )
        guard let card = found else { throw CardProblems.unknown }
        guard card.state == .blank else { throw CardProblems.notBlank }
        return card
    }

    /// Gives a blank card to a person, who may have one card in use.
    func link(_ card: StoredCard, to person: UUID, _ connection: Connection) throws {
        do {
            try connection.execute(
                CardQueries.put(card.id, into: .linked, person: person, community: community)
            )
        } catch let error where error.violates("card_one_per_person") {
            throw CardProblems.exists
        }
        try keep(.linked, of: card.id, person: person, reason: nil, connection)
    }

    /// Remembers an act.
    func keep(
        _ act: CardAct,
        of card: UUID,
        person: UUID?,
        reason: String?,
        _ connection: Connection
    ) throws {
        try connection.execute(
            CardQueries.keep(act, of: card, person: person, reason: reason, self)
        )
    }

    /// The card as it is now.
    func view(_ id: UUID, _ connection: Connection) throws -> Card {
        let found = try CardQueries.cards(
            connection.query(CardQueries.card(id, of: community))
        )
        guard let card = found.first else { throw Problem.notFound("card") }
        return card
    }
}
