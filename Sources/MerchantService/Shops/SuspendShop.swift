import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The community suspends a shop: nothing is paid there, also not what was asked for before. The
/// suspension that is in force stands; another one changes nothing.
struct SuspendShop: Sendable {
    let community: UUID
    let shop: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(
        because reason: String,
        _ connection: Connection
    ) throws -> ShopSuspension {
        guard try SuspensionQueries.lockShop(shop, community, connection) else {
            throw Problem.notFound("shop")
        }
        if let standing = try SuspensionQueries.inForce(of: shop, community, connection) {
            return standing
        }
        try connection.execute(SuspensionQueries.insert(self, because: reason))
        try ShopChanges.announce(community, connection)
        return ShopSuspension(
            id: Identifier(id),
            shopId: Identifier(shop),
            reason: reason,
            suspendedAt: now,
            liftReason: nil,
            liftedAt: nil
        )
    }
}

/// The community lifts the suspension of a shop.
struct ReinstateShop: Sendable {
    let community: UUID
    let shop: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(
        because reason: String,
        _ connection: Connection
    ) throws -> ShopSuspension {
        guard try SuspensionQueries.lockShop(shop, community, connection) else {
            throw Problem.notFound("shop")
        }
        guard var lifted = try SuspensionQueries.inForce(of: shop, community, connection) else {
            throw Problem.notFound("suspension")
        }
        try connection.execute(
            SuspensionQueries.lift(lifted.id.uuid, self, because: reason)
        )
        try ShopChanges.announce(community, connection)
        lifted.liftReason = reason
        lifted.liftedAt = now
        return lifted
    }
}
