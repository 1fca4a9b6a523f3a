import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A shop asks to move: its old place is in force until a second person has looked at the new one.
struct RequestShopMove: Sendable {
    let community: UUID
    let caller: Caller
    let shop: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ request: ShopMoveRequest, _ connection: Connection) throws -> ShopMove {
        _ = try ShopMoveQueries.shop(shop, community, for: caller, connection)
        try ShopMoveQueries.insert(self, request, connection)
        return ShopMove(
            id: Identifier(id),
            shopId: Identifier(shop),
            address: request.address,
            place: Place(longitude: request.longitude, latitude: request.latitude),
            radiusMetres: request.radiusMetres,
            state: .requested,
            requestedAt: now,
            decidedAt: nil
        )
    }
}

/// A second person has looked at the new place of a shop, and grants the move or does not. The
/// first decision stands; a second one changes nothing.
struct DecideShopMove: Sendable {
    let community: UUID
    let shop: UUID
    let move: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ decision: ShopMoveDecision, _ connection: Connection) throws -> ShopMove {
        guard let requester = try ShopMoveQueries.lock(self, connection) else {
            throw Problem.notFound("move")
        }
        guard requester != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who asked for the move decides about it."
            )
        }
        try ShopMoveQueries.decide(self, decision, connection)
        let found = try ShopMoveQueries.moves(
            connection.query(ShopMoveQueries.find(move, of: shop, community))
        )
        guard let decided = found.first else { throw Problem.notFound("move") }
        try ShopChanges.announce(community, connection)
        return decided
    }
}
