package import API
import FoundationEssentials

/// The part of JSON Schema 2020-12 that our documents use, compiled once.
///
/// Unknown keywords stop the service at start: a limit that is written but not enforced is worse
/// than none.
package struct Schema: Sendable {
    private var types: JSONTypes = []
    private var allowed: [JSONValue]?
    private var properties: [String: Schema] = [:]
    private var required: [String] = []
    private var isClosed = false
    private var pattern: String?
    private var automaton: Pattern?
    private var format: String?
    private var lengths: ClosedRange<Int> = 0...Int.max
    private var numbers: ClosedRange<Double> = -Double.infinity...Double.infinity
    private var counts: ClosedRange<Int> = 0...Int.max
    private var items: Indirect?
    private var unique = false
    private var alternatives: [Schema] = []
    private var discriminator: String?
    private var parts: [Schema] = []

    /// A schema inside a schema.
    private final class Indirect: Sendable {
        let schema: Schema
        init(_ schema: Schema) { self.schema = schema }
    }

    private static let remarks: Set<String> = [
        "$ref", "description", "title", "example", "examples", "default", "deprecated",
        "readOnly", "writeOnly", "$comment", "contentMediaType", "contentEncoding",
    ]

    /// Compiles the schema; traps on a keyword that it does not know, naming it.
    package init(_ json: JSONValue, in document: OpenAPIDocument) {
        guard case .object(let object) = document.resolve(json) else { return }
        if let constant = object["const"] { allowed = [constant] }
        for (keyword, value) in object {
            switch keyword {
            case "type": types = JSONTypes(value.strings)
            case "enum": allowed = value.elements
            case "const": break
            case "properties":
                properties = value.members.mapValues { Schema($0, in: document) }
            case "required": required = value.strings.sorted()
            case "additionalProperties": isClosed = value == .bool(false)
            case "pattern":
                pattern = value.string
                automaton = pattern.flatMap(PatternCache.automaton)
            case "format": format = value.string
            case "minLength": lengths = value.integer...lengths.upperBound
            case "maxLength": lengths = lengths.lowerBound...value.integer
            case "minimum": numbers = value.double...numbers.upperBound
            case "maximum": numbers = numbers.lowerBound...value.double
            case "minItems": counts = value.integer...counts.upperBound
            case "maxItems": counts = counts.lowerBound...value.integer
            case "items": items = Indirect(Schema(value, in: document))
            case "uniqueItems": unique = value == .bool(true)
            case "oneOf": alternatives = value.elements.map { Schema($0, in: document) }
            case "discriminator": discriminator = value.members["propertyName"]?.string
            case "allOf": parts = value.elements.map { Schema($0, in: document) }
            default:
                precondition(
                    Self.remarks.contains(keyword) || keyword.hasPrefix("x-"),
                    "schema keyword \(keyword) is not enforced by the validator"
                )
            }
        }
    }

    /// Every way in which the value does not fit, with RFC 6901 pointers, which are put together
    /// only for what does not fit.
    package func errors(
        in value: JSONValue,
        at pointer: @autoclosure () -> String = ""
    ) -> [RequestError] {
        guard types.isEmpty || !types.isDisjoint(with: value.types) else {
            let names = types.names.joined(separator: " or ")
            return [RequestError(pointer: pointer(), detail: "must be \(names)")]
        }
        var found: [RequestError] = []
        if let allowed, !allowed.contains(value) {
            let choices = allowed.compactMap(\.string).joined(separator: ", ")
            found.append(RequestError(pointer: pointer(), detail: "must be one of: \(choices)"))
        }
        switch value {
        case .string(let text): found += textErrors(text, pointer())
        case .number(let number):
            if !numbers.contains(number) {
                found.append(
                    RequestError(pointer: pointer(), detail: "must be within \(rangeText)")
                )
            }
        case .array(let elements): found += arrayErrors(elements, pointer())
        case .object(let members): found += objectErrors(members, pointer())
        case .null, .bool: break
        }
        for part in parts { found += part.errors(in: value, at: pointer()) }
        return found + alternativeErrors(value, pointer())
    }

    private var rangeText: String {
        func plain(_ number: Double) -> String {
            Int64(exactly: number).map(String.init) ?? String(number)
        }
        return "\(plain(numbers.lowerBound)) to \(plain(numbers.upperBound))"
    }

    private func textErrors(_ text: String, _ pointer: @autoclosure () -> String) -> [RequestError]
    {
        // JSON Schema counts characters as Unicode code points.
        let length = text.unicodeScalars.count
        guard lengths.contains(length) else {
            return [
                RequestError(
                    pointer: pointer(),
                    detail: length < lengths.lowerBound
                        ? "must have at least \(lengths.lowerBound) characters"
                        : "must have at most \(lengths.upperBound) characters"
                )
            ]
        }
        // A control character has no place in a name, and PostgreSQL refuses NUL.
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            return [RequestError(pointer: pointer(), detail: "has a control character")]
        }
        if let pattern, !(automaton?.matches(text) ?? PatternCache.matches(text, pattern)) {
            return [RequestError(pointer: pointer(), detail: "must match \(pattern)")]
        }
        let fits: Bool =
            switch format {
            case "uuid": Identifier(text) != nil
            case "date-time": Instant(text) != nil
            case "date": Instant(text + "T00:00:00Z") != nil && text.utf8.count == 10
            default: true
            }
        return fits ? [] : [RequestError(pointer: pointer(), detail: "must be a \(format ?? "")")]
    }

    private func arrayErrors(_ elements: [JSONValue], _ pointer: @autoclosure () -> String)
        -> [RequestError]
    {
        var found: [RequestError] = []
        if !counts.contains(elements.count) {
            found.append(
                RequestError(
                    pointer: pointer(),
                    detail: "must have \(counts.lowerBound) to \(counts.upperBound) items"
                )
            )
        }
        if unique, Set(elements).count < elements.count {
            found.append(RequestError(pointer: pointer(), detail: "has an item twice"))
        }
        guard let items else { return found }
        for (index, element) in elements.enumerated() {
            found += items.schema.errors(in: element, at: "\(pointer())/\(index)")
        }
        return found
    }

    private func objectErrors(
        _ members: [String: JSONValue],
        _ pointer: @autoclosure () -> String
    ) -> [RequestError] {
        var found: [RequestError] = []
        for name in required where members[name] == nil {
            found.append(RequestError(pointer: "\(pointer())/\(name)", detail: "is missing"))
        }
        var faults: [(name: String, errors: [RequestError])] = []
        for (name, value) in members {
            var place: String { "\(pointer())/\(Self.escaped(name))" }
            if let schema = properties[name] {
                let errors = schema.errors(in: value, at: place)
                if !errors.isEmpty { faults.append((name, errors)) }
            } else if isClosed {
                faults.append((name, [RequestError(pointer: place, detail: "is not known here")]))
            }
        }
        // Told in the same order every time.
        return faults.sorted { $0.name < $1.name }.reduce(into: found) { $0 += $1.errors }
    }

    private func alternativeErrors(_ value: JSONValue, _ pointer: @autoclosure () -> String)
        -> [RequestError]
    {
        guard !alternatives.isEmpty else { return [] }
        var candidates = alternatives
        if let discriminator, case .object(let members) = value {
            // Only the alternative that the value says it is can explain what is wrong.
            candidates = alternatives.filter {
                guard let tag = $0.properties[discriminator] else { return false }
                return members[discriminator].map { tag.errors(in: $0).isEmpty } ?? false
            }
            if candidates.isEmpty {
                return [
                    RequestError(
                        pointer: "\(pointer())/\(discriminator)",
                        detail: "is missing or unknown"
                    )
                ]
            }
        }
        let fitting = candidates.count { $0.errors(in: value).isEmpty }
        if fitting == 1 { return [] }
        return candidates.count == 1
            ? candidates[0].errors(in: value, at: pointer())
            : [RequestError(pointer: pointer(), detail: "must fit exactly one of the forms")]
    }

    private static func escaped(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "~") && $0 != UInt8(ascii: "/")
        }
        if isPlain && name.utf8.count <= 40 { return name }
        // A stranger's member name is echoed only as far as it is short and plain.
        let plain = name.unicodeScalars.prefix(40).filter { $0.value >= 0x20 && $0.value != 0x7F }
        return String(String.UnicodeScalarView(plain))
            .replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
