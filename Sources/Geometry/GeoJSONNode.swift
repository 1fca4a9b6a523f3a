import FoundationEssentials

/// A GeoJSON object as far as areas go; what is of no use is kept as the reason why.
///
/// Decoding a node never throws, so that one bad feature does not hide the faults of the others.
indirect enum GeoJSONNode: Decodable, Sendable {
    case polygon([[RawPosition]])
    case multiPolygon([[[RawPosition]]])
    case geometryCollection([GeoJSONNode])
    case feature(GeoJSONNode)
    case featureCollection([GeoJSONNode])
    case unusable(GeometryProblem.Code, String)

    private enum Key: String, CodingKey {
        case type, coordinates, geometries, geometry, features, crs
    }

    init(from decoder: any Decoder) throws {
        guard let object = try? decoder.container(keyedBy: Key.self),
            let type = try? object.decode(String.self, forKey: .type)
        else {
            self = .unusable(.notGeoJSON, "A GeoJSON object with a \"type\" is expected here.")
            return
        }
        if let problem = Self.foreignReferenceSystem(object) {
            self = problem
            return
        }
        do {
            self = try Self.node(type, object)
        } catch {
            self = .unusable(
                .notGeoJSON,
                "The members of this \(Self.shown(type)) are not as RFC 7946 asks."
            )
        }
    }

    private static func node(
        _ type: String,
        _ object: KeyedDecodingContainer<Key>
    ) throws -> GeoJSONNode {
        switch type {
        case "Polygon":
            return .polygon(try object.decode([[RawPosition]].self, forKey: .coordinates))
        case "MultiPolygon":
            return .multiPolygon(try object.decode([[[RawPosition]]].self, forKey: .coordinates))
        case "GeometryCollection":
            return .geometryCollection(try object.decode([GeoJSONNode].self, forKey: .geometries))
        case "Feature":
            if (try? object.decodeNil(forKey: .geometry)) == true {
                return .unusable(.notAPolygon, "The feature has no geometry.")
            }
            return .feature(try object.decode(GeoJSONNode.self, forKey: .geometry))
        case "FeatureCollection":
            return .featureCollection(try object.decode([GeoJSONNode].self, forKey: .features))
        default:
            return .unusable(
                .notAPolygon,
                "A \(shown(type)) has no area: Polygon or MultiPolygon is needed."
            )
        }
    }

    /// RFC 7946 section 4 took `crs` out of GeoJSON, but older writers still put it in.
    private static func foreignReferenceSystem(
        _ object: KeyedDecodingContainer<Key>
    ) -> GeoJSONNode? {
        guard object.contains(.crs), (try? object.decodeNil(forKey: .crs)) != true else {
            return nil
        }
        let name = try? object.decode(NamedReferenceSystem.self, forKey: .crs).properties.name
        if let name, NamedReferenceSystem.accepted.contains(name.uppercased()) { return nil }
        return .unusable(
            .foreignReferenceSystem,
            "The \"crs\" member is not WGS 84: convert to longitude and latitude (CRS84)."
        )
    }

    /// A file's own word, cut short, so that no message grows as long as the file.
    private static func shown(_ type: String) -> String {
        "\"\(type.prefix(40))\""
    }
}

/// A GeoJSON 2008 named reference system.
private struct NamedReferenceSystem: Decodable {
    struct Properties: Decodable {
        let name: String
    }

    let properties: Properties

    /// WGS 84; in GeoJSON the axis order is longitude, latitude whichever name is used.
    static let accepted: Set<String> = [
        "URN:OGC:DEF:CRS:OGC:1.3:CRS84", "URN:OGC:DEF:CRS:OGC::CRS84", "OGC:CRS84", "CRS84",
        "HTTP://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
        "HTTPS://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
        "EPSG:4326", "URN:OGC:DEF:CRS:EPSG::4326",
        "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/4326",
        "HTTPS://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/4326",
    ]
}

/// A position as written: its first two ordinates, or nil when they are not two numbers.
///
/// A third ordinate is an altitude and does not matter to an area.
struct RawPosition: Decodable, Sendable {
    let ordinates: (x: Double, y: Double)?

    init(from decoder: any Decoder) throws {
        guard var array = try? decoder.unkeyedContainer(),
            let x = try? array.decode(Double.self), let y = try? array.decode(Double.self)
        else {
            ordinates = nil
            return
        }
        ordinates = (x, y)
    }
}
