package import API

/// An invented neighbourhood: a square of about a kilometre with a pond as a hole.
package enum Neighbourhood {
    /// West 5.100, east 5.115, south 52.085, north 52.094; the pond 5.110–5.112, 52.087–52.088.
    package static let geoJSON = polygon([
        [[5.100, 52.085], [5.115, 52.085], [5.115, 52.094], [5.100, 52.094], [5.100, 52.085]],
        [[5.110, 52.087], [5.110, 52.088], [5.112, 52.088], [5.112, 52.087], [5.110, 52.087]],
    ])

    /// A GeoJSON Polygon of rings.
    package static func polygon(_ rings: [[[Double]]]) -> JSONValue {
        .object([
            "type": .string("Polygon"),
            "coordinates": .array(
                rings.map { ring in
                    .array(ring.map { .array($0.map { .number($0) }) })
                }
            ),
        ])
    }

    /// In the middle of the neighbourhood.
    package static let shopInside = Place(longitude: 5.1071, latitude: 52.0901)
    /// Some two kilometres to the east.
    package static let shopOutside = Place(longitude: 5.1450, latitude: 52.0901)

    /// Every rule but `borderless`.
    package static let rules: [LocalityRule] = [
        .shopInGeofence, .payerInGeofence(mode: .confident), .payerNearShop(withinMetres: 250),
        .freshFix(maxAgeSeconds: 120), .accurateFix(maxAccuracyMetres: 100), .noMock,
    ]
}
