import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of geofences.
enum GeofenceQueries {
    /// The next version of a name; whoever asks at the same time waits for the commit.
    static func nextVersion(
        of name: String,
        community: UUID,
        _ connection: Connection
    ) throws -> Int {
        let lock = "geofence/\(Identifier(community))/\(name)"
        _ = try connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(lock), 0))")
        let version = try connection.query(
            """
            SELECT coalesce(max(version), 0) + 1 FROM accounts.geofence
             WHERE community_id = \(community) AND name = \(name)
            """
        ).one().decode(Int32.self)
        return Int(version)
    }

    static func insert(_ geofence: Geofence, area: String, community: UUID) -> SQL {
        """
        INSERT INTO accounts.geofence (community_id, id, name, version, area, vertices,
            area_square_metres, bounding_box, dropped_points, repaired,
            changed_area_square_metres, valid_from, created_at)
        VALUES (\(community), \(geofence.id.uuid), \(geofence.name), \(Int32(geofence.version)),
                \(area), \(Int32(geofence.vertices)), \(geofence.areaSquareMetres),
                string_to_array(\(boxText(geofence.boundingBox)), ' ')::double precision[],
                \(Int32(geofence.droppedPoints)), \(geofence.repaired),
                \(geofence.changedAreaSquareMetres), \(Timestamp(geofence.validFromAt)),
                \(Timestamp(geofence.createdAt)))
        """
    }

    /// A row when some version of the name is in force.
    static func inForce(_ name: String, community: UUID, at moment: Instant) -> SQL {
        """
        SELECT 1 FROM accounts.geofence
         WHERE community_id = \(community) AND name = \(name)
           AND valid_from <= \(Timestamp(moment))
         LIMIT 1
        """
    }

    static func geofence(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.geofence
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func page(of community: UUID, after cursor: UUID?, limit: Int) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.geofence
         WHERE community_id = \(community) AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func area(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT name, version, area FROM accounts.geofence
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    /// A GeoJSON Feature around the stored geometry, which is left as it was imported.
    static func feature(_ rows: Rows) throws -> String? {
        try rows.first.map { row in
            let (name, version, area) = try row.decode(String.self, Int32.self, String.self)
            let properties = #"{"name":\#(WireJSON.text(name)),"version":\#(version)}"#
            return #"{"type":"Feature","properties":\#(properties),"geometry":\#(area)}"#
        }
    }

    static func geofences(_ rows: Rows) throws -> [Geofence] {
        try rows.map { row in
            let (
                id, name, version, vertices, area, box, dropped, repaired, changed, validFrom,
                createdAt
            ) = try row.decode(
                UUID.self,
                String.self,
                Int32.self,
                Int32.self,
                Int64.self,
                String.self,
                Int32.self,
                Bool.self,
                Int64.self,
                Timestamp.self,
                Timestamp.self
            )
            return Geofence(
                id: Identifier(id),
                name: name,
                version: Int(version),
                vertices: Int(vertices),
                areaSquareMetres: Int(area),
                boundingBox: box.split(separator: " ").compactMap {
                    Double($0)
                },
                droppedPoints: Int(dropped),
                repaired: repaired,
                changedAreaSquareMetres: Int(changed),
                validFromAt: Instant(validFrom),
                createdAt: Instant(createdAt)
            )
        }
    }

    // The array travels as text: PostgreSQL writes a double with the digits that read back alike.
    private static let columns = """
        id, name, version, vertices, area_square_metres, array_to_string(bounding_box, ' '),
        dropped_points, repaired, changed_area_square_metres, valid_from, created_at
        """

    private static func boxText(_ box: [Double]) -> String {
        box.map { String($0) }.joined(separator: " ")
    }
}
