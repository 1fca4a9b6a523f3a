/// One thing wrong with a geofence file, and where.
///
/// Indexes count from 0 in the file's own order. The sentence is English for the person who drew
/// the file; programs go by ``code``. A geofence is public, so it may name coordinates.
package struct GeometryProblem: Error, Sendable, Hashable {
    /// What is wrong; the raw value is stable and meant for programs.
    package enum Code: String, Sendable, CaseIterable {
        case tooManyBytes = "too-many-bytes"
        case tooDeeplyNested = "too-deeply-nested"
        case tooManyVertices = "too-many-vertices"
        case tooManyCrossings = "too-many-crossings"
        case unreadableJSON = "unreadable-json"
        case notGeoJSON = "not-geojson"
        case notAPolygon = "not-a-polygon"
        case foreignReferenceSystem = "foreign-reference-system"
        case featureNotFound = "feature-not-found"
        case malformedPosition = "malformed-position"
        case outOfRange = "out-of-range"
        case axisOrderSuspected = "axis-order-suspected"
        case unclosedRing = "unclosed-ring"
        case degenerateRing = "degenerate-ring"
        case selfCrossing = "self-crossing"
        case selfTouching = "self-touching"
        case holeOutsideShell = "hole-outside-shell"
        case overlappingRings = "overlapping-rings"
        case disconnectedInterior = "disconnected-interior"
        case engineFailure = "engine-failure"

        /// Whether `repair` can do something about it; the others need a person to mend the file.
        package var isRepairable: Bool {
            switch self {
            case .selfCrossing, .selfTouching, .holeOutsideShell, .overlappingRings,
                .disconnectedInterior:
                true
            default:
                false
            }
        }
    }

    /// What is wrong.
    package let code: Code
    /// The feature in its collection; 0 for a file that is one feature or one geometry.
    package var feature: Int?
    /// The polygon in its MultiPolygon; 0 for a Polygon.
    package var polygon: Int?
    /// The ring in its polygon; 0 is the exterior.
    package var ring: Int?
    /// The point in its ring, as the file has it; for a crossing, where the crossed edge begins.
    package var point: Int?
    /// The place itself, such as where a ring crosses itself.
    package var location: Coordinate?
    /// One English sentence that says what is wrong, and with which limit.
    package let sentence: String

    init(_ code: Code, _ sentence: String, at place: Place = Place(), location: Coordinate? = nil) {
        self.code = code
        self.sentence = sentence
        feature = place.feature
        polygon = place.polygon
        ring = place.ring
        point = place.point
        self.location = location
    }

    /// Where in the file a problem is, as far as it is known.
    struct Place: Sendable, Hashable {
        var feature: Int?
        var polygon: Int?
        var ring: Int?
        var point: Int?
    }
}

extension GeometryProblem: CustomStringConvertible {
    /// The code, the place and the sentence on one line, as a command prints it.
    package var description: String {
        let places = [("feature", feature), ("polygon", polygon), ("ring", ring), ("point", point)]
        let known = places.compactMap { name, index in index.map { "\(name) \($0)" } }
        return ([code.rawValue] + known).joined(separator: ", ") + ": " + sentence
    }
}

/// The refusal of a geofence file: everything found wrong with it, in the file's order.
package struct GeometryRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Never empty; at most ``maximumProblems``, the rest being left out.
    package let problems: [GeometryProblem]

    /// A file in the wrong projection has as many problems as points; nobody reads them all.
    package static let maximumProblems = 100

    init(_ problems: [GeometryProblem]) {
        precondition(!problems.isEmpty)
        self.problems = Array(problems.prefix(Self.maximumProblems))
    }

    init(_ problem: GeometryProblem) {
        self.init([problem])
    }

    /// One line for each problem.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
