import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of cards.
enum CardQueries {
    /// Blank cards; fewer rows than cards when a number was taken.
    static func insert(
        _ cards: [MakeCards.Blank],
        run: UUID,
        _ act: CardChange
    ) -> SQL {
        """
        INSERT INTO accounts.card (community_id, id, print_run_id, number_hash, last_four,
                                   created_by, created_at)
        SELECT \(act.community), i.id, \(run), i.hash, i.last_four, \(act.client),
               \(Timestamp(act.now))
          FROM unnest(\(cards.map(\.id)), \(cards.map(\.hash)), \(cards.map(\.number.lastFour)))
               AS i (id, hash, last_four)
        ON CONFLICT ON CONSTRAINT card_number_unique DO NOTHING
        """
    }

    static func card(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns)
         WHERE c.community_id = \(community) AND c.id = \(id)
        """
    }

    static func page(of community: UUID, _ filter: CardFilter, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns)
         WHERE c.community_id = \(community)
           AND (\(filter.person)::uuid IS NULL OR c.party_id = \(filter.person))
           AND (\(filter.state)::text IS NULL OR c.state = \(filter.state))
           AND (\(filter.before)::uuid IS NULL OR c.id < \(filter.before))
         ORDER BY c.id DESC LIMIT \(limit + 1)
        """
    }

    /// The latest things that happened to a card, newest first.
    static func events(of card: UUID, community: UUID) -> SQL {
        """
        SELECT act, party_id, client_id, reason, happened_at FROM accounts.card_event
         WHERE community_id = \(community) AND card_id = \(card)
         ORDER BY id DESC LIMIT 100
        """
    }

    /// The card with a number or an id, held still until the transaction ends.
    static func locked(_ named: Named, of community: UUID) -> SQL {
        switch named {
        case .number(let hash):
            """
            SELECT id, state, party_id, number_hash FROM accounts.card
             WHERE community_id = \(community) AND number_hash = \(hash) FOR NO KEY UPDATE
            """
        case .id(let id):
            """
            SELECT id, state, party_id, number_hash FROM accounts.card
             WHERE community_id = \(community) AND id = \(id) FOR NO KEY UPDATE
            """
        }
    }

    /// How a card is found.
    enum Named: Sendable {
        case number(hash: [UInt8])
        case id(UUID)
    }

    static func stored(_ rows: Rows) throws -> StoredCard? {
        try rows.first.map { row in
            let (id, state, person, hash) = try row.decode(
                UUID.self,
                String.self,
                UUID?.self,
                [UInt8].self
            )
            guard let state = CardState(rawValue: state) else {
                throw PostgresError.decoding("unknown card state")
            }
            return StoredCard(id: id, state: state, person: person, numberHash: hash)
        }
    }

    /// Puts a card into a state, whoever's it is from now on; what was known of a PIN is gone.
    static func put(
        _ card: UUID,
        into state: CardState,
        person: UUID?,
        community: UUID
    ) -> SQL {
        """
        UPDATE accounts.card
           SET state = \(state.rawValue), party_id = \(person), pin_hash = NULL, wrong_pins = 0,
               most_wrong_pins = NULL
         WHERE community_id = \(community) AND id = \(card)
        """
    }

    /// A blocked card keeps its PIN: whoever knows it may be told that it is blocked.
    static func block(_ card: UUID, community: UUID) -> SQL {
        """
        UPDATE accounts.card SET state = 'blocked'
         WHERE community_id = \(community) AND id = \(card)
        """
    }

    static func setPIN(
        hash: [UInt8],
        mostWrong: Int,
        of card: UUID,
        community: UUID
    ) -> SQL {
        """
        UPDATE accounts.card
           SET pin_hash = \(hash), wrong_pins = 0, most_wrong_pins = \(Int32(mostWrong))
         WHERE community_id = \(community) AND id = \(card)
        """
    }

    /// The cards in use of a person, held still.
    static func inUse(by person: UUID, community: UUID) -> SQL {
        """
        SELECT id, state, party_id, number_hash FROM accounts.card
         WHERE community_id = \(community) AND party_id = \(person) AND state = 'linked'
           FOR NO KEY UPDATE
        """
    }

    static func keep(
        _ event: CardAct,
        of card: UUID,
        person: UUID?,
        reason: String?,
        _ act: CardChange
    ) -> SQL {
        """
        INSERT INTO accounts.card_event (community_id, id, card_id, act, party_id, client_id,
                                         reason, happened_at)
        VALUES (\(act.community), \(act.newID()), \(card), \(event.rawValue), \(person),
                \(act.client), \(reason), \(Timestamp(act.now)))
        """
    }

    static func cards(_ rows: Rows) throws -> [Card] {
        try rows.map { row in
            let (id, lastFour, state, person, wallet, hasPIN, isPINBlocked, run, createdAt) =
                try row.decode(
                    UUID.self,
                    String.self,
                    String.self,
                    UUID?.self,
                    UUID?.self,
                    Bool.self,
                    Bool.self,
                    UUID.self,
                    Timestamp.self
                )
            guard let state = CardState(rawValue: state) else {
                throw PostgresError.decoding("unknown card state")
            }
            return Card(
                id: Identifier(id),
                lastFour: lastFour,
                state: state,
                personId: person.map(Identifier.init),
                walletId: wallet.map(Identifier.init),
                hasPin: hasPIN,
                isPinBlocked: isPINBlocked,
                printRunId: Identifier(run),
                createdAt: Instant(createdAt)
            )
        }
    }

    static func events(_ rows: Rows) throws -> [CardEvent] {
        try rows.map { row in
            let (act, person, client, reason, happenedAt) = try row.decode(
                String.self,
                UUID?.self,
                UUID.self,
                String?.self,
                Timestamp.self
            )
            guard let act = CardAct(rawValue: act) else {
                throw PostgresError.decoding("unknown act on a card")
            }
            return CardEvent(
                act: act,
                personId: person.map(Identifier.init),
                clientId: Identifier(client),
                reason: reason,
                happenedAt: Instant(happenedAt)
            )
        }
    }

    private static let columns = """
        c.id, c.last_four, c.state, c.party_id, w.id, c.most_wrong_pins IS NOT NULL,
               coalesce(c.wrong_pins >= c.most_wrong_pins, false), c.print_run_id, c.created_at
          FROM accounts.card c
          LEFT JOIN wallet.wallet w ON w.community_id = c.community_id AND w.party_id = c.party_id
        """
}

/// Which cards a list shows.
struct CardFilter: Sendable {
    let person: UUID?
    let state: String?
    let before: UUID?
}

/// A card as acts need it.
struct StoredCard: Sendable {
    let id: UUID
    let state: CardState
    let person: UUID?
    /// Keyed, 32 bytes.
    let numberHash: [UInt8]
}
