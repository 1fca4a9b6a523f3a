/// An area to import.
package struct GeofenceImport: Codable, Hashable, Sendable {
    /// The name; an existing name makes its next version.
    package var name: String
    /// A GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection in CRS84 (RFC 7946).
    package var geoJson: JSONValue
    /// Which feature of a collection, counted from 0.
    package var feature: Int?
    /// Whether to repair rings that cross themselves; false when absent.
    package var repair: Bool?
    /// From when the version is in force; at once when absent.
    package var validFromAt: Instant?

    /// Creates it from its members.
    package init(
        name: String,
        geoJson: JSONValue,
        feature: Int? = nil,
        repair: Bool? = nil,
        validFromAt: Instant? = nil
    ) {
        self.name = name
        self.geoJson = geoJson
        self.feature = feature
        self.repair = repair
        self.validFromAt = validFromAt
    }
}

/// One version of an area.
package struct Geofence: Codable, Hashable, Sendable {
    /// This version.
    package var id: Identifier
    /// The name of the area.
    package var name: String
    /// Counted from 1 per name.
    package var version: Int
    /// How many vertices it has.
    package var vertices: Int
    /// Its area on the ellipsoid, in square metres.
    package var areaSquareMetres: Int
    /// West, south, east, north in degrees.
    package var boundingBox: [Double]
    /// How many repeated points the import dropped.
    package var droppedPoints: Int
    /// Whether the import repaired it.
    package var repaired: Bool
    /// How much area the repair changed, in square metres.
    package var changedAreaSquareMetres: Int
    /// From when it is in force.
    package var validFromAt: Instant
    /// When it was imported.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        name: String,
        version: Int,
        vertices: Int,
        areaSquareMetres: Int,
        boundingBox: [Double],
        droppedPoints: Int,
        repaired: Bool,
        changedAreaSquareMetres: Int,
        validFromAt: Instant,
        createdAt: Instant
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.vertices = vertices
        self.areaSquareMetres = areaSquareMetres
        self.boundingBox = boundingBox
        self.droppedPoints = droppedPoints
        self.repaired = repaired
        self.changedAreaSquareMetres = changedAreaSquareMetres
        self.validFromAt = validFromAt
        self.createdAt = createdAt
    }
}
