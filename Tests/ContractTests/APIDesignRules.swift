import API

@testable import ServiceKit

/// Holds an OpenAPI document against the rules of the NLgov REST API Design Rules that a machine
/// can check, under the names that the standard's own linter gives them.
struct APIDesignRules {
    /// One violation.
    struct Finding: Hashable, CustomStringConvertible {
        let rule: String
        /// Where, as a path of member names joined by points, numbers in brackets.
        let place: String

        var description: String { "\(rule) at \(place)" }
    }

    private let root: JSONValue
    private var findings: Set<Finding> = []

    private init(_ root: JSONValue) { self.root = root }

    /// Every violation in the document.
    static func findings(in root: JSONValue) -> Set<Finding> {
        var rules = APIDesignRules(root)
        rules.checkRoot()
        rules.checkPaths()
        rules.checkMoments(root, [])
        return rules.findings
    }

    private mutating func report(_ rule: String, _ steps: [String]) {
        let place = steps.enumerated().map { index, step in
            Int(step) != nil ? "[\(step)]" : index == 0 ? step : ".\(step)"
        }
        findings.insert(Finding(rule: rule, place: place.joined()))
    }

    // MARK: The document itself

    private mutating func checkRoot() {
        if root["openapi"] == nil { report("nlgov:openapi-root-exists", []) }
        if let contact = root["info"]?["contact"] {
            if !["name", "url", "email"].allSatisfy({ contact[$0]?.string?.isEmpty == false }) {
                report("nlgov:info-contact-fields-exist", ["info", "contact"])
            }
        } else {
            report("info-contact", ["info"])
        }
        if !Self.isSemanticVersion(root["info"]?["version"]?.string ?? "") {
            report("nlgov:semver", ["info", "version"])
        }
        if root["servers"] == nil {
            report("oas3-api-servers", [])
        } else if root["servers"]?.elements.isEmpty == true {
            report("oas3-api-servers", ["servers"])
        }
    }

    /// Semantic Versioning 2.0.0: three numbers, then perhaps a pre-release and a build.
    private static func isSemanticVersion(_ text: String) -> Bool {
        let number = "(0|[1-9][0-9]*)"
        let marks = "[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*"
        return PatternCache.matches(
            text,
            "^\(number)\\.\(number)\\.\(number)(-\(marks))?(\\+\(marks))?$"
        )
    }

    // MARK: Paths and operations

    private mutating func checkPaths() {
        for (path, item) in root["paths"]?.members ?? [:] {
            let place = ["paths", path]
            if path.count > 1, path.hasSuffix("/") { report("path-keys-no-trailing-slash", place) }
            // An underscore starts the standard's own search address; a point, a well-known one.
            let isKebab = path.split(separator: "/").allSatisfy {
                PatternCache.matches(String($0), "^(\\{.*\\}|_?[a-z0-9.]+(-[a-z0-9.]+)*)$")
            }
            if !isKebab { report("nlgov:paths-kebab-case", place) }
            let shared = item["parameters"]?.elements ?? []
            checkQueryKeys(shared, place)
            for method in ["get", "put", "post", "delete", "patch"] {
                guard let operation = item[method] else { continue }
                let own = operation["parameters"]?.elements ?? []
                checkQueryKeys(own, place + [method])
                checkResponses(
                    operation,
                    place + [method],
                    takesInput: !["get", "delete"].contains(method) || !(shared + own).isEmpty
                )
            }
        }
    }

    private mutating func checkQueryKeys(_ parameters: [JSONValue], _ place: [String]) {
        for (index, given) in parameters.enumerated() {
            let parameter = resolved(given, []).value
            guard parameter["in"]?.string == "query", let name = parameter["name"]?.string,
                !PatternCache.matches(name, "^[a-z][A-Za-z0-9]*$")
            else { continue }
            report(
                "nlgov:query-keys-camel-case",
                place + ["parameters", String(index), "name"]
            )
        }
    }

    private mutating func checkResponses(
        _ operation: JSONValue,
        _ place: [String],
        takesInput: Bool
    ) {
        let responses = operation["responses"]?.members ?? [:]
        let place = place + ["responses"]
        if takesInput, responses["400"] == nil { report("nlgov:problem-invalid-input", place) }
        for (status, given) in responses {
            let (response, place) = resolved(given, place + [status])
            if status.hasPrefix("2") || status.hasPrefix("3") {
                let headers = response["headers"]?.members.keys.map { $0.lowercased() } ?? []
                if !headers.contains("api-version") {
                    report("nlgov:missing-version-header", place + ["headers"])
                }
            } else if let content = response["content"] {
                checkProblem(content, place + ["content"])
            }
        }
    }

    private mutating func checkProblem(_ content: JSONValue, _ place: [String]) {
        let known = ["application/problem+json", "application/problem+xml"]
        for (type, media) in content.members {
            guard known.contains(type) else {
                report("nlgov:use-problem-schema", place)
                continue
            }
            let (schema, at) = resolved(media["schema"] ?? .null, place + [type, "schema"])
            let members = Set(schema["properties"]?.members.keys.map(\.self) ?? [])
            if !members.isSuperset(of: ["status", "title", "detail"]) {
                report("nlgov:problem-schema-members", at + ["properties"])
            }
        }
    }

    // MARK: Dates and times

    private mutating func checkMoments(_ value: JSONValue, _ place: [String]) {
        for (index, element) in value.elements.enumerated() {
            checkMoments(element, place + [String(index)])
        }
        for (name, member) in value.members where !name.hasPrefix("example") {
            if name == "properties" {
                for (property, schema) in member.members {
                    checkMoment(property, schema, place + [name, property])
                }
            }
            checkMoments(member, place + [name])
        }
    }

    private mutating func checkMoment(_ name: String, _ schema: JSONValue, _ place: [String]) {
        let isDate = PatternCache.matches(name, "(^|_|-)[dD]at(e|um)$|[a-z0-9]Dat(e|um)$")
        guard let (format, at) = format(of: schema, place) else {
            if isDate { report("nlgov:specify-format-for-date-and-time", place) }
            return
        }
        switch format {
        case "date-time-local": report("nlgov:date-time-ensure-timezone", at)
        case "time": report("nlgov:time-without-timezone", at)
        case "date": break
        default: if isDate { report("nlgov:use-date-instead-of-datetime", at) }
        }
    }

    private func format(
        of given: JSONValue,
        _ place: [String]
    ) -> (format: String, place: [String])? {
        let (schema, place) = resolved(given, place)
        if let format = schema["format"]?.string { return (format, place + ["format"]) }
        for (index, part) in (schema["allOf"]?.elements ?? []).enumerated() {
            if let found = format(of: part, place + ["allOf", String(index)]) { return found }
        }
        return nil
    }

    /// What a reference within the document points at, and where that is.
    private func resolved(
        _ value: JSONValue,
        _ place: [String]
    ) -> (value: JSONValue, place: [String]) {
        guard let reference = value["$ref"]?.string, reference.hasPrefix("#/") else {
            return (value, place)
        }
        let steps = reference.dropFirst(2).split(separator: "/").map {
            $0.replacing("~1", with: "/").replacing("~0", with: "~")
        }.map { String($0) }
        let target = steps.reduce(JSONValue?.some(root)) { $0?[$1] }
        return target.map { resolved($0, steps) } ?? (value, place)
    }
}
