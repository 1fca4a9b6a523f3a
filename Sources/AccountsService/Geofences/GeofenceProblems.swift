import API
import Geometry
import ServiceKit

/// What is wrong with an area, pointing into the request.
enum GeofenceProblems {
    static func problem(for refusal: GeometryRefusal, in geoJSON: JSONValue) -> Problem {
        if refusal.problems.contains(where: { $0.code == .engineFailure }) {
            return Problem(.internalError, "Something broke here. Quote the request id.")
        }
        return Problem(
            .geofenceInvalid,
            "The area cannot be a geofence.",
            errors: refusal.problems.map { problem in
                RequestError(
                    pointer: pointer(to: problem, in: geoJSON),
                    detail: "\(problem.code.rawValue): \(problem.sentence)"
                )
            }
        )
    }

    /// As far into the file as the problem's place is known.
    private static func pointer(to problem: GeometryProblem, in geoJSON: JSONValue) -> String {
        var pointer = "/geoJson"
        var node = geoJSON
        if let features = node["features"] {
            guard let feature = problem.feature, let chosen = features[feature] else {
                return pointer + "/features"
            }
            pointer += "/features/\(feature)"
            node = chosen
        }
        if let geometry = node["geometry"] {
            pointer += "/geometry"
            node = geometry
        }
        let path: [Int?]
        switch node["type"] {
        case .string("Polygon"): path = [problem.ring, problem.point]
        case .string("MultiPolygon"): path = [problem.polygon, problem.ring, problem.point]
        default: return pointer
        }
        pointer += "/coordinates"
        for index in path {
            guard let index else { break }
            pointer += "/\(index)"
        }
        return pointer
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    fileprivate subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else {
            return nil
        }
        return elements[index]
    }
}
