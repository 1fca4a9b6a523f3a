package import API
package import Geometry

/// Where a shop is, how large, and what can be relied on.
package struct ShopPlace: Sendable {
    /// The point, or the middle of the area.
    package let coordinate: Coordinate
    /// 0 for a point.
    package let radiusMetres: Double
    /// Whether a second person has verified it.
    package let isVerified: Bool
    /// Whether it is there at the moment of the question.
    package let isOpen: Bool
    /// Whether that changes with the time of day.
    package let hasHours: Bool

    /// Creates it from its members.
    package init(
        coordinate: Coordinate,
        radiusMetres: Double = 0,
        isVerified: Bool,
        isOpen: Bool = true,
        hasHours: Bool = false
    ) {
        self.coordinate = coordinate
        self.radiusMetres = radiusMetres
        self.isVerified = isVerified
        self.isOpen = isOpen
        self.hasHours = hasHours
    }

    /// The place as a verdict told it; `nil` when that is off the earth.
    package init?(_ judged: JudgedShop) {
        guard let coordinate = Coordinate(longitude: judged.longitude, latitude: judged.latitude)
        else { return nil }
        self.init(
            coordinate: coordinate,
            radiusMetres: Double(judged.radiusMetres ?? 0),
            isVerified: judged.verified,
            isOpen: judged.open
        )
    }

    /// Whether the shop, with the whole of its area, is inside.
    package func isInside(_ geofence: Geometry.Geofence) -> Bool {
        radiusMetres == 0
            ? geofence.position(of: coordinate).isWithin
            : geofence.relation(ofCircleAround: coordinate, radiusMetres: radiusMetres) == .inside
    }

    /// Metres from a place to the shop, or to the edge of its area; 0 within that.
    package func metres(from place: Coordinate) -> Double {
        max(0, Geodesic.distanceMetres(place, coordinate) - radiusMetres)
    }

    /// As a verdict tells it.
    package var judged: JudgedShop {
        JudgedShop(
            longitude: coordinate.longitude,
            latitude: coordinate.latitude,
            radiusMetres: radiusMetres == 0 ? nil : Int(radiusMetres),
            verified: isVerified,
            open: isOpen
        )
    }
}
