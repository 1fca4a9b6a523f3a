/// Where somebody looks for shops.
package struct ShopSearch: Codable, Hashable, Sendable {
    /// Degrees east in CRS84.
    package var longitude: Double
    /// Degrees north in CRS84.
    package var latitude: Double
    /// How far at most; 2000 when absent.
    package var radiusMetres: Int?
    /// Only shops of merchants of this category (ISO 18245).
    package var categoryCode: String?
    /// Only shops that take this coin, where its policy lets it be spent.
    package var coin: String?
    /// Only shops that are open then, and where the coin may be spent then; now when absent.
    package var openAt: Instant?
    /// How many at most; 50 when absent.
    package var limit: Int?
    /// The `next` of the page before.
    package var cursor: String?

    /// Creates it from its members.
    package init(
        longitude: Double,
        latitude: Double,
        radiusMetres: Int? = nil,
        categoryCode: String? = nil,
        coin: String? = nil,
        openAt: Instant? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.longitude = longitude
        self.latitude = latitude
        self.radiusMetres = radiusMetres
        self.categoryCode = categoryCode
        self.coin = coin
        self.openAt = openAt
        self.limit = limit
        self.cursor = cursor
    }
}

/// Shops as a GeoJSON FeatureCollection (RFC 7946) in CRS84.
package struct ShopPlaces: Codable, Hashable, Sendable {
    /// `FeatureCollection`.
    package var type = "FeatureCollection"
    /// One for each shop.
    package var features: [ShopFeature]
    /// Where the page ends; null on the last one.
    @Nullable package var next: String?

    /// Creates it from its members.
    package init(features: [ShopFeature], next: String?) {
        self.features = features
        self.next = next
    }
}

/// A shop as a GeoJSON Feature.
package struct ShopFeature: Codable, Hashable, Sendable {
    /// `Feature`.
    package var type = "Feature"
    /// The shop.
    package var id: Identifier
    /// Where it is.
    package var geometry: ShopPoint
    /// What it is.
    package var properties: ShopFeatureProperties

    /// Creates it from its members.
    package init(id: Identifier, geometry: ShopPoint, properties: ShopFeatureProperties) {
        self.id = id
        self.geometry = geometry
        self.properties = properties
    }
}

/// A GeoJSON Point.
package struct ShopPoint: Codable, Hashable, Sendable {
    /// `Point`.
    package var type = "Point"
    /// Degrees east and north.
    package var coordinates: [Double]

    /// Creates it from its members.
    package init(longitude: Double, latitude: Double) { coordinates = [longitude, latitude] }
}

/// What a shop on the map is.
package struct ShopFeatureProperties: Codable, Hashable, Sendable {
    /// The name over the door.
    package var name: String
    /// The address.
    package var address: String
    /// The merchant.
    package var merchantId: Identifier
    /// Its category (ISO 18245); null when nobody has told it.
    @Nullable package var categoryCode: String?
    /// The coin that it takes.
    package var coin: String
    /// How far it is, in steps of ten metres; absent where nobody asked from somewhere.
    package var distanceMetres: Int?

    /// Creates it from its members.
    package init(
        name: String,
        address: String,
        merchantId: Identifier,
        categoryCode: String?,
        coin: String,
        distanceMetres: Int?
    ) {
        self.name = name
        self.address = address
        self.merchantId = merchantId
        self.categoryCode = categoryCode
        self.coin = coin
        self.distanceMetres = distanceMetres
    }
}
