import API
import FoundationEssentials
import Geometry
import ServiceKit

/// A box on the plane. Numbers are exact texts: the database layer carries no floating point.
struct PlaneBox: Sendable {
    let west: String
    let south: String
    let east: String
    let north: String

    /// Reads west, south, east and north in degrees; throws 400 when they make no box.
    init(_ text: String) throws {
        let numbers = text.split(separator: ",").compactMap { Double($0) }
        guard numbers.count == 4,
            let low = Coordinate(longitude: numbers[0], latitude: numbers[1]),
            let high = Coordinate(longitude: numbers[2], latitude: numbers[3]),
            low.longitude <= high.longitude, low.latitude <= high.latitude
        else {
            throw Problem.invalid("?bbox", "is not west, south, east and north of a box")
        }
        self.init(
            west: low.longitude,
            south: MercatorPlane.height(ofLatitude: low.latitude),
            east: high.longitude,
            north: MercatorPlane.height(ofLatitude: high.latitude)
        )
    }

    /// A box from numbers of the plane.
    init(west: Double, south: Double, east: Double, north: Double) {
        self.west = String(west)
        self.south = String(south)
        self.east = String(east)
        self.north = String(north)
    }
}

/// Where somebody looks for shops, for as long as it takes to answer; it is written nowhere.
struct NearSearch: Sendable {
    let place: Coordinate
    let radiusMetres: Double
    let x: String
    let y: String
    let box: PlaneBox

    /// The place of a shop in the order of distances; tells nothing without the searcher's place.
    struct Cursor: Sendable {
        let planeDistance: String
        let shop: UUID

        /// Right after a shop.
        init(_ shop: FoundShop) {
            planeDistance = shop.planeDistance
            self.shop = shop.id
        }

        /// Reads what `text` writes; throws 400 for anything else.
        init(_ text: String) throws {
            let parts =
                Base64URL.bytes(text)
                .map { String(decoding: $0, as: UTF8.self).split(separator: " ") } ?? []
            guard parts.count == 2, let distance = Double(parts[0]), distance >= 0,
                distance.isFinite, let shop = Identifier(String(parts[1]))
            else { throw Problem.invalid("/cursor", "is not a cursor of this list") }
            planeDistance = String(distance)
            self.shop = shop.uuid
        }

        var text: String { Base64URL.text("\(planeDistance) \(Identifier(shop))".utf8) }
    }

    /// Throws 400 for a place that is not on earth.
    init(_ search: ShopSearch) throws {
        guard let place = Coordinate(longitude: search.longitude, latitude: search.latitude) else {
            throw Problem.invalid("/longitude", "is not a place on earth")
        }
        self.place = place
        radiusMetres = Double(search.radiusMetres ?? 2000)
        let (left, height) = (
            place.longitude, MercatorPlane.height(ofLatitude: place.latitude)
        )
        let reach = MercatorPlane.degrees(ofMetres: radiusMetres, around: place.latitude)
        x = String(left)
        y = String(height)
        box = PlaneBox(
            west: left - reach,
            south: height - reach,
            east: left + reach,
            north: height + reach
        )
    }
}
