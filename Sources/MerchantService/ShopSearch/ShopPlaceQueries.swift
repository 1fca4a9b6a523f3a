import API
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// A shop as the search sees it.
struct FoundShop: Sendable {
    let id: UUID
    let name: String
    let address: String
    let merchant: UUID
    let category: String?
    let coin: String
    let place: ShopPlace
    /// How far it is on the plane, as the exact text of a number; `0` where nobody asked from
    /// somewhere.
    let planeDistance: String
}

/// What is looked for.
struct ShopFilter: Sendable {
    let community: UUID
    let category: String?
    let coin: String?
    /// When somebody wants to be there, and whether it must be open then whatever the policy says.
    let moment: Instant
    let mustBeOpen: Bool
}

/// SQL that finds shops with a verified place. The index is one of points on Mercator's plane.
enum ShopPlaceQueries {
    /// The shops of a whole community, the newest first.
    static func all(_ filter: ShopFilter, before: UUID?, limit: Int) -> SQL {
        """
        SELECT s.id, s.name, s.address, s.merchant_id, m.category_code, m.coin,
               s.longitude::text, s.latitude::text, s.radius_metres,
               merchant.is_open(s.opening, \(Timestamp(filter.moment)), z.time_zone), '0'
          FROM merchant.shop s
          JOIN accounts.community z ON z.community_id = s.community_id
          JOIN merchant.merchant m ON m.community_id = s.community_id AND m.id = s.merchant_id
         WHERE s.community_id = \(filter.community) AND s.verified_at IS NOT NULL
           AND NOT merchant.is_suspended(s.community_id, s.id)
           AND (\(filter.category)::text IS NULL OR m.category_code = \(filter.category))
           AND (\(filter.coin)::text IS NULL OR m.coin = \(filter.coin))
           AND (\(before)::uuid IS NULL OR s.id < \(before))
         ORDER BY s.id DESC LIMIT \(limit)
        """
    }

    /// The shops in a box, the newest first.
    static func inside(_ box: PlaneBox, _ filter: ShopFilter, before: UUID?, limit: Int) -> SQL {
        """
        SELECT * FROM merchant.find_shops(
            \(filter.community), box(point(\(box.west)::float8, \(box.south)::float8),
                                     point(\(box.east)::float8, \(box.north)::float8)),
            NULL, NULL, \(filter.category), \(filter.coin), \(Timestamp(filter.moment)), NULL,
            \(before), \(Int32(limit)))
        """
    }

    /// The shops in a box around a place, the nearest first.
    static func near(
        _ search: NearSearch,
        _ filter: ShopFilter,
        after: NearSearch.Cursor?,
        limit: Int
    ) -> SQL {
        let box = search.box
        return """
            SELECT * FROM merchant.find_shops(
                \(filter.community), box(point(\(box.west)::float8, \(box.south)::float8),
                                         point(\(box.east)::float8, \(box.north)::float8)),
                \(search.x)::float8, \(search.y)::float8, \(filter.category), \(filter.coin),
                \(Timestamp(filter.moment)), \(after?.planeDistance)::float8, \(after?.shop),
                \(Int32(limit)))
            """
    }

    @Sendable static func shops(_ rows: Rows) throws -> [FoundShop] {
        try rows.map { row in
            let (
                id, name, address, merchant, category, coin, longitude, latitude, radius, isOpen,
                distance
            ) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                UUID.self,
                String?.self,
                String.self,
                String.self,
                String.self,
                Int32?.self,
                Bool.self,
                String.self
            )
            return FoundShop(
                id: id,
                name: name,
                address: address,
                merchant: merchant,
                category: category,
                coin: coin,
                place: try ShopPlace(
                    longitude: longitude,
                    latitude: latitude,
                    isVerified: true,
                    radiusMetres: radius,
                    isOpen: isOpen
                ),
                planeDistance: distance
            )
        }
    }
}
