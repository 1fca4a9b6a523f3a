import FoundationEssentials

/// One Polygon or MultiPolygon of a file, not yet checked.
struct RawArea: Sendable {
    /// The index of its feature in the file.
    let feature: Int
    let polygons: [[[RawPosition]]]
}

/// The areas of a GeoJSON file, and what in it is not an area.
struct GeoJSONFile: Sendable {
    private(set) var areas: [RawArea] = []
    private(set) var problems: [GeometryProblem] = []

    /// Decodes a file, or one feature of it.
    ///
    /// - Parameter feature: which feature of a FeatureCollection; a file that is one Feature or one
    ///   geometry has only feature 0. Nil reads them all.
    init(
        _ bytes: [UInt8],
        feature: Int?,
        limits: GeometryLimits
    ) throws(GeometryRefusal) {
        try GeoJSONGuard.check(bytes, limits: limits)
        // RFC 8259 section 8.1 lets a reader ignore a byte order mark.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let data = Data(bytes.starts(with: mark) ? bytes[3...] : bytes[...])
        let root: GeoJSONNode
        do {
            root = try JSONDecoder().decode(GeoJSONNode.self, from: data)
        } catch {
            throw GeometryRefusal(GeometryProblem(.unreadableJSON, "The file is not valid JSON."))
        }
        try collect(root, only: feature)
        if areas.isEmpty && problems.isEmpty {
            throw GeometryRefusal(GeometryProblem(.notAPolygon, "The file has no polygon at all."))
        }
    }

    private mutating func collect(
        _ root: GeoJSONNode,
        only chosen: Int?
    ) throws(GeometryRefusal) {
        var nodes = [root]
        if case .featureCollection(let features) = root { nodes = features }
        guard let chosen else {
            for (index, node) in nodes.enumerated() { collect(node, feature: index) }
            return
        }
        guard nodes.indices.contains(chosen) else {
            throw GeometryRefusal(
                GeometryProblem(
                    .featureNotFound,
                    "There is no feature \(chosen): the file has \(nodes.count), counted from 0."
                )
            )
        }
        collect(nodes[chosen], feature: chosen)
    }

    private mutating func collect(_ node: GeoJSONNode, feature: Int) {
        switch node {
        case .polygon(let rings):
            areas.append(RawArea(feature: feature, polygons: [rings]))
        case .multiPolygon(let polygons):
            areas.append(RawArea(feature: feature, polygons: polygons))
        case .geometryCollection(let nodes):
            for node in nodes { collect(node, feature: feature) }
        case .feature(let geometry):
            collect(geometry, feature: feature)
        case .featureCollection:
            add(.notGeoJSON, "A FeatureCollection cannot be inside another object.", feature)
        case .unusable(let code, let sentence):
            add(code, sentence, feature)
        }
    }

    private mutating func add(_ code: GeometryProblem.Code, _ sentence: String, _ feature: Int) {
        problems.append(GeometryProblem(code, sentence, at: .init(feature: feature)))
    }
}
