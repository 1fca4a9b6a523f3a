import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The holder of a card chooses a PIN at a counter, the first time or after wrong ones.
struct SetCardPIN: Sendable {
    let change: CardChange
    let card: UUID
    /// What is kept of the PIN, and under which hash of the card's number it was made.
    let hash: [UInt8]
    let mostWrong: Int

    func callAsFunction(_ connection: Connection) throws -> Card {
        let card = try change.card(self.card, connection)
        guard card.state == .linked else { throw CardProblems.notInUse }
        try connection.execute(
            CardQueries.setPIN(
                hash: hash,
                mostWrong: mostWrong,
                of: card.id,
                community: change.community
            )
        )
        try change.keep(.pinSet, of: card.id, person: card.person, reason: nil, connection)
        return try change.view(card.id, connection)
    }
}
