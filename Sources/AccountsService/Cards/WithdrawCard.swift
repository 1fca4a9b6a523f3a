import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Blocks a card: the next payment that looks at it is refused, also one whose PIN was right just
/// before.
struct BlockCard: Sendable {
    let change: CardChange
    let card: UUID
    let reason: String

    func callAsFunction(_ connection: Connection) throws -> Card {
        let card = try change.card(self.card, connection)
        guard card.state == .linked || card.state == .blank else { throw CardProblems.notInUse }
        try block(card, connection)
        return try change.view(card.id, connection)
    }

    /// Blocks what a person has in use.
    static func all(
        of person: UUID,
        _ change: CardChange,
        reason: String,
        _ connection: Connection
    ) throws {
        let found = try CardQueries.stored(
            connection.query(CardQueries.inUse(by: person, community: change.community))
        )
        // One at most; the database sees to it.
        if let card = found {
            let block = BlockCard(change: change, card: card.id, reason: reason)
            try block.block(card, connection)
        }
    }

    private func block(_ card: StoredCard, _ connection: Connection) throws {
        try connection.execute(CardQueries.block(card.id, community: change.community))
        try change.keep(.blocked, of: card.id, person: card.person, reason: reason, connection)
    }
}

/// Takes a card back: it is blank again, and another person may have it.
struct ReturnCard: Sendable {
    let change: CardChange
    let card: UUID
    let reason: String

    func callAsFunction(_ connection: Connection) throws -> Card {
        let card = try change.card(self.card, connection)
        guard card.state == .linked || card.state == .blocked else { throw CardProblems.notInUse }
        try connection.execute(
            CardQueries.put(card.id, into: .blank, person: nil, community: change.community)
        )
        try change.keep(.returned, of: card.id, person: card.person, reason: reason, connection)
        return try change.view(card.id, connection)
    }
}

/// Gives the holder of a card another one for the same wallet; the old one never pays again.
struct ReplaceCard: Sendable {
    let change: CardChange
    let card: UUID
    /// Of the blank card.
    let numberHash: [UInt8]

    func callAsFunction(_ connection: Connection) throws -> Card {
        let old = try change.card(card, connection)
        guard old.state == .linked || old.state == .blocked, let person = old.person else {
            throw CardProblems.notInUse
        }
        let new = try change.blankCard(numberHash, connection)
        try connection.execute(
            CardQueries.put(old.id, into: .replaced, person: person, community: change.community)
        )
        try change.keep(.replaced, of: old.id, person: person, reason: nil, connection)
        try change.link(new, to: person, connection)
        return try change.view(new.id, connection)
    }
}
