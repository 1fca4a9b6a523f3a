import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Makes blank cards for a counter: numbers that belong to nobody yet. They are told once, to be
/// printed or written to a chip.
struct MakeCards: Sendable {
    /// A card before it is anybody's.
    struct Blank: Sendable {
        let id: UUID
        let number: CardNumber
        /// Keyed, 32 bytes.
        let hash: [UInt8]
    }

    let change: CardChange
    let secrets: CardSecrets

    func callAsFunction(_ count: Int, _ connection: Connection) throws -> PrintRun {
        var random = SystemRandomNumberGenerator()
        let cards = (0..<count).map { _ in
            let number = CardNumber(using: &random)
            return Blank(id: change.newID(), number: number, hash: secrets.hash(of: number))
        }
        let run = change.newID()
        let inserted = try connection.execute(CardQueries.insert(cards, run: run, change))
        // Of a hundred million cards one number in a million is taken.
        guard inserted == count else {
            throw Problem.unavailable("A number was taken; ask again.", retryAfter: 1)
        }
        return PrintRun(
            id: Identifier(run),
            cards: cards.map {
                PrintedCard(id: Identifier($0.id), number: $0.number.description)
            },
            createdAt: change.now
        )
    }
}
