import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Gives a blank card to a person. Whoever has no wallet yet gets one with it, as with a first
/// phone: benefits may wait for it.
struct LinkCard: Sendable {
    let change: CardChange
    let person: UUID
    let numberHash: [UInt8]

    func callAsFunction(_ connection: Connection) throws -> Card {
        let known = try connection.query(PersonQueries.person(person, of: change.community))
        guard !known.isEmpty else { throw Problem.notFound("person") }
        let card = try change.blankCard(numberHash, connection)
        try change.link(card, to: person, connection)
        _ = try connection.query(
            EnrolmentQueries.openWallet(
                change.newID(),
                party: person,
                community: change.community,
                alias: nil,
                at: change.now
            )
        )
        try connection.notify(
            channel: "accounts_enrolment",
            payload: Identifier(change.community).description
        )
        return try change.view(card.id, connection)
    }
}
