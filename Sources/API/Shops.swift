/// Whether the place of a shop can be relied on.
package enum PlaceState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Only the merchant says so.
    case unverified
    /// A second person looked.
    case verified
}

/// A shop to register.
package struct ShopRegistration: Codable, Hashable, Sendable {
    /// The merchant.
    package var merchantId: Identifier
    /// The name over the door.
    package var name: String
    /// The address.
    package var address: String
    /// Degrees east in WGS 84.
    package var longitude: Double
    /// Degrees north in WGS 84.
    package var latitude: Double
    /// The radius in metres (1 to 2,000) of a market or a round; a point when absent.
    package var radiusMetres: Int?
    /// When it is there; at any time when absent.
    package var openingTimes: OpeningTimes?

    /// Creates it from its members.
    package init(
        merchantId: Identifier,
        name: String,
        address: String,
        longitude: Double,
        latitude: Double,
        radiusMetres: Int? = nil,
        openingTimes: OpeningTimes? = nil
    ) {
        self.merchantId = merchantId
        self.name = name
        self.address = address
        self.longitude = longitude
        self.latitude = latitude
        self.radiusMetres = radiusMetres
        self.openingTimes = openingTimes
    }
}

/// A point in WGS 84.
package struct Place: Codable, Hashable, Sendable {
    /// Degrees east.
    package var longitude: Double
    /// Degrees north.
    package var latitude: Double

    /// Creates it from its members.
    package init(longitude: Double, latitude: Double) {
        self.longitude = longitude
        self.latitude = latitude
    }
}

/// An outlet of a merchant, with a place.
package struct Shop: Codable, Hashable, Sendable {
    /// The shop.
    package var id: Identifier
    /// The merchant.
    package var merchantId: Identifier
    /// The name over the door.
    package var name: String
    /// The address.
    package var address: String
    /// Where it is.
    package var place: Place
    /// The radius of its area in metres; absent for a point.
    package var radiusMetres: Int?
    /// When it is there; absent for a shop that counts as open at any time.
    package var openingTimes: OpeningTimes?
    /// Whether the place can be relied on.
    package var placeState: PlaceState
    /// When the place was verified; null before.
    @Nullable package var verifiedAt: Instant?
    /// Since when nothing can be paid there; absent for a shop that is not suspended.
    package var suspendedAt: Instant?
    /// When it was registered.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        merchantId: Identifier,
        name: String,
        address: String,
        place: Place,
        radiusMetres: Int? = nil,
        openingTimes: OpeningTimes? = nil,
        placeState: PlaceState,
        verifiedAt: Instant?,
        suspendedAt: Instant? = nil,
        createdAt: Instant
    ) {
        self.id = id
        self.merchantId = merchantId
        self.name = name
        self.address = address
        self.place = place
        self.radiusMetres = radiusMetres
        self.openingTimes = openingTimes
        self.placeState = placeState
        self.verifiedAt = verifiedAt
        self.suspendedAt = suspendedAt
        self.createdAt = createdAt
    }
}

/// How the place of a shop was verified.
package struct ShopVerification: Codable, Hashable, Sendable {
    /// What was seen.
    package var evidence: String

    /// Creates it from its members.
    package init(evidence: String) {
        self.evidence = evidence
    }
}
