/// The areas of a file, each checked and, where asked, mended.
struct GeofenceReading {
    /// One entry for each sound area; those of different areas may overlap.
    private(set) var parts: [[Polygon]] = []
    private(set) var problems: [GeometryProblem]
    private(set) var repairs: [GeofenceImport.Repair] = []
    private var reader = RingReader()
    private let limits: GeometryLimits

    /// Throws ``EngineFailure``, or a ``GeometryRefusal`` for too many vertices.
    init(_ file: GeoJSONFile, repair: Bool, limits: GeometryLimits) throws {
        problems = file.problems
        self.limits = limits
        for area in file.areas {
            let seen = reader.problems.count
            let polygons = reader.polygons(of: area)
            problems += reader.problems[seen...]
            guard reader.vertices <= limits.vertices else {
                throw GeometryRefusal(
                    GeometryProblem(
                        .tooManyVertices,
                        "The area has more than \(limits.vertices) vertices.",
                        at: .init(feature: area.feature)
                    )
                )
            }
            if let polygons { try take(polygons, of: area, repair: repair) }
        }
        problems.sort { ($0.feature ?? -1) < ($1.feature ?? -1) }
    }

    /// Areas that were read before and are sound.
    init(parts: [[Polygon]], limits: GeometryLimits) {
        self.parts = parts
        self.limits = limits
        problems = []
    }

    private mutating func take(_ polygons: [Polygon], of area: RawArea, repair: Bool) throws {
        let found = try AreaValidation.problems(polygons, of: area)
        if found.isEmpty {
            parts.append(polygons)
            return
        }
        guard repair, found.allSatisfy(\.code.isRepairable) else {
            problems += found
            return
        }
        guard !CrossingCount.exceeds(limits.crossings, in: polygons) else {
            problems.append(tooManyCrossings(feature: area.feature))
            return
        }
        let mended = Self.withoutSlivers(try GEOSArea(polygons).repaired().polygons())
        if mended.isEmpty {
            problems += found
            return
        }
        parts.append(mended)
        repairs.append(
            GeofenceImport.Repair(
                feature: area.feature,
                problems: found,
                areaBefore: RingArea.squareMetres(polygons),
                areaAfter: RingArea.squareMetres(mended)
            )
        )
    }

    /// The union of the sound areas. There must be one.
    func result() throws(GeometryRefusal) -> GeofenceImport.Result {
        let joined = Array(parts.joined())
        if parts.count > 1, CrossingCount.exceeds(limits.crossings, in: joined) {
            throw GeometryRefusal(tooManyCrossings(feature: nil))
        }
        do {
            let polygons = CanonicalGeoJSON.normalised(
                parts.count == 1 ? joined : try Self.union(joined)
            )
            guard let first = polygons.first?.exterior.first else { throw EngineFailure() }
            var box = BoundingBox(first)
            for point in polygons.lazy.flatMap(\.exterior) { box.include(point) }
            return GeofenceImport.Result(
                canonicalGeoJSON: CanonicalGeoJSON.text(polygons),
                vertexCount: polygons.reduce(0) { $0 + $1.rings.reduce(0) { $0 + $1.count } },
                boundingBox: box,
                areaSquareMetres: RingArea.squareMetres(polygons),
                repairs: repairs,
                droppedRepeatedPoints: reader.droppedPoints,
                polygons: polygons
            )
        } catch {
            throw .engine
        }
    }

    private static func union(_ polygons: [Polygon]) throws(EngineFailure) -> [Polygon] {
        withoutSlivers(try GEOSArea.union(polygons).polygons())
    }

    private func tooManyCrossings(feature: Int?) -> GeometryProblem {
        GeometryProblem(
            .tooManyCrossings,
            "More than \(limits.crossings) pairs of edges cross or touch: too many to join or mend.",
            at: .init(feature: feature)
        )
    }

    /// Neighbours that nearly share an edge leave rings without width, which no file may have.
    private static func withoutSlivers(_ polygons: [Polygon]) -> [Polygon] {
        polygons.filter { !RingReader.isFlat($0.exterior) }.map {
            Polygon(exterior: $0.exterior, holes: $0.holes.filter { !RingReader.isFlat($0) })
        }
    }
}
