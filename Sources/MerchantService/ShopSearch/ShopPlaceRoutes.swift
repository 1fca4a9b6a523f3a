import API
import Domain
import FoundationEssentials
import Geometry
import HTTPTypes
import HummingbirdCore
import Locality
import Postgres
import ServiceKit

/// `/shop-places` and `/shop-searches`: where a coin can be spent, on a map or nearby.
struct ShopPlaceRoutes: Sendable {
    let database: Database
    let book: LocalityBook

    // Shops where the coin may not be spent are left out, so a page may take several reads; after
    // so many it is given with what was found.
    private static let mostReads = 8
    // So far a phone's clock may be behind, in microseconds.
    private static let clockTolerance: Int64 = 120_000_000
    private static let coordinateSystem = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"

    func add(to routes: Routes) {
        routes.on(.listShopPlaces, listShopPlaces)
        routes.on(.searchShops, searchShops)
    }

    @Sendable private func listShopPlaces(_ call: Call<Caller>) async throws -> Reply {
        let box = try call.query("bbox").map { try PlaneBox($0) }
        let openAt = call.queryInstant("openAt")
        let filter = ShopFilter(
            community: try call.caller.requireCommunity(),
            category: call.query("categoryCode"),
            coin: call.query("coin"),
            moment: try moment(openAt, "?openAt", call),
            mustBeOpen: openAt != nil
        )
        let start = try Cursor.id(of: call)
        let (found, last) = try await collect(
            filter,
            call.limit,
            read: { shop in
                let (before, limit) = (shop?.id ?? start, call.limit + 1)
                guard let box else {
                    return ShopPlaceQueries.all(filter, before: before, limit: limit)
                }
                return ShopPlaceQueries.inside(box, filter, before: before, limit: limit)
            }
        )
        let next = last.map { Identifier($0.id).description }
        var reply = Self.reply(found.map { $0.feature(distance: nil) }, next)
        if let next {
            let others = (call.request.uri.query ?? "").split(separator: "&")
                .filter { !$0.hasPrefix("cursor=") }
            let query = (others.map(String.init) + ["cursor=\(next)"]).joined(separator: "&")
            reply.headers[.init("Link")!] = "<\(call.request.uri.path)?\(query)>; rel=\"next\""
        }
        return reply
    }

    @Sendable private func searchShops(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShopSearch.self).value
        let search = try NearSearch(body)
        let filter = ShopFilter(
            community: try call.caller.requireCommunity(),
            category: body.categoryCode,
            coin: body.coin,
            moment: try moment(body.openAt, "/openAt", call),
            mustBeOpen: body.openAt != nil
        )
        let start = try body.cursor.map { try NearSearch.Cursor($0) }
        let limit = body.limit ?? 50
        let (found, last) = try await collect(
            filter,
            limit,
            isWanted: { $0.metres(from: search.place) <= search.radiusMetres },
            read: { shop in
                ShopPlaceQueries.near(
                    search,
                    filter,
                    after: shop.map { NearSearch.Cursor($0) } ?? start,
                    limit: limit + 1
                )
            }
        )
        return Self.reply(
            found.map { $0.feature(distance: $0.metres(from: search.place)) },
            last.map { NearSearch.Cursor($0).text }
        )
    }

    /// At most `limit` shops where their coin may be spent, and after which shop to go on; nil at
    /// the end.
    private func collect(
        _ filter: ShopFilter,
        _ limit: Int,
        isWanted: @Sendable (FoundShop) -> Bool = { _ in true },
        read: @Sendable (FoundShop?) -> SQL
    ) async throws -> ([FoundShop], FoundShop?) {
        var (found, last): ([FoundShop], FoundShop?) = ([], nil)
        for _ in 0..<Self.mostReads {
            let shops = try await database.query(read(last), ShopPlaceQueries.shops)
            for shop in shops {
                let mayBeSpent = try await isSpendable(at: shop, filter)
                if isWanted(shop), mayBeSpent {
                    if found.count == limit { return (found, last) }
                    found.append(shop)
                }
                last = shop
            }
            if shops.count <= limit { return (found, nil) }
        }
        return (found, last)
    }

    /// The moment that somebody asks about, which is not over; now when they name none.
    private func moment(_ asked: Instant?, _ place: String, _ call: Call<Caller>) throws -> Instant
    {
        let now = call.clock.now()
        guard let asked else { return now }
        guard asked.microseconds > now.microseconds - Self.clockTolerance else {
            throw Problem.invalid(place, "is over")
        }
        return asked
    }

    /// Whether the policy in force at the moment lets somebody who stands in a shop spend its coin
    /// there: what lies in the payer alone is for the payment.
    private func isSpendable(at shop: FoundShop, _ filter: ShopFilter) async throws -> Bool {
        guard shop.place.isOpen || !filter.mustBeOpen,
            let page = try await book.page(
                of: shop.coin,
                community: filter.community,
                at: filter.moment
            )
        else { return false }
        let judge = JudgeLocality(page: page, shop: shop.place, now: filter.moment)
        return judge.atTerminal().outcome == .accepted
    }

    private static func reply(_ features: [ShopFeature], _ next: String?) -> Reply {
        var reply = Reply.json(
            ShopPlaces(features: features, next: next),
            headers: [.contentCRS: coordinateSystem]
        )
        reply.contentType = MediaType.geoJSON
        return reply
    }
}

extension FoundShop {
    /// Metres to its point, or to the middle of its area.
    fileprivate func metres(from searcher: Coordinate) -> Double {
        Geodesic.distanceMetres(searcher, place.coordinate)
    }

    /// The shop on a map; how far it is only to ten metres, so that answers do not locate anybody.
    fileprivate func feature(distance: Double?) -> ShopFeature {
        ShopFeature(
            id: Identifier(id),
            geometry: ShopPoint(
                longitude: place.coordinate.longitude,
                latitude: place.coordinate.latitude
            ),
            properties: ShopFeatureProperties(
                name: name,
                address: address,
                merchantId: Identifier(merchant),
                categoryCode: category,
                coin: coin,
                distanceMetres: distance.map { Int(($0 / 10).rounded()) * 10 }
            )
        )
    }
}
