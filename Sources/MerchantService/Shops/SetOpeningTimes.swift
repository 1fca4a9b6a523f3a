import API
import FoundationEssentials
import Postgres
import ServiceKit

/// When a shop is at its place; from now on, for payments that are asked already as well.
struct SetOpeningTimes: Sendable {
    let community: UUID
    let caller: Caller
    let shop: UUID

    func callAsFunction(_ times: OpeningTimes?, _ connection: Connection) throws -> Shop {
        try OpeningTimesCheck.require(times, at: "/openingTimes")
        _ = try ShopMoveQueries.shop(shop, community, for: caller, connection)
        _ = try connection.execute(
            """
            UPDATE merchant.shop SET opening = \(times.map { WireJSON.text($0) })::text::jsonb
             WHERE community_id = \(community) AND id = \(shop)
            """
        )
        try ShopChanges.announce(community, connection)
        return try ShopMoveQueries.shop(shop, community, for: caller, connection)
    }
}

/// Tells every instance that what it remembers of shops may no longer hold.
enum ShopChanges {
    /// The payload is the community's id.
    static let channel = "merchant_shop"

    static func announce(_ community: UUID, _ connection: Connection) throws {
        try connection.notify(channel: channel, payload: Identifier(community).description)
    }
}
