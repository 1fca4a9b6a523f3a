package import API
import FoundationEssentials
package import OpenAPIDocuments
import Yams

/// One service's OpenAPI document with the shared parts in it.
package struct OpenAPIDocument: Sendable {
    /// The document with its references to `common.yaml` made local.
    package let root: JSONValue

    /// Loads a service's document; traps when it cannot be read, because a test has read it.
    package init(_ service: DocumentName) {
        let common = Self.load(OpenAPIDocuments.common)
        let own = Self.load(service.bytes)
        root = Self.merge(own, with: common)
    }

    /// Follows `$ref` within the document; other values are given as they are.
    package func resolve(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"]?.string else { return value }
        precondition(reference.hasPrefix("#/"), "reference outside the document: \(reference)")
        var place = root
        for step in reference.dropFirst(2).split(separator: "/") {
            let name = String(step).replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = place[name] else {
                preconditionFailure("nothing at \(reference)")
            }
            place = next
        }
        return resolve(place)
    }

    private static func load(_ bytes: [UInt8]) -> JSONValue {
        do {
            let text = String(decoding: bytes, as: UTF8.self)
            guard let node = try Yams.compose(yaml: text) else { return .null }
            return json(node)
        } catch {
            preconditionFailure("an OpenAPI document is not YAML: \(error)")
        }
    }

    private static func json(_ node: Node) -> JSONValue {
        switch node {
        case .mapping(let mapping):
            let pairs = mapping.map { ($0.key.string ?? "", json($0.value)) }
            return .object(Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
        case .sequence(let sequence): return .array(sequence.map(json))
        case .scalar(let scalar):
            if scalar.style == .singleQuoted || scalar.style == .doubleQuoted {
                return .string(scalar.string)
            }
            if node.null != nil { return .null }
            if let bool = node.bool { return .bool(bool) }
            if let number = node.float { return .number(number) }
            return .string(scalar.string)
        case .alias: return .null
        }
    }

    /// `common.yaml#/components/…` becomes `#/components/…`, with the shared components added.
    private static func merge(_ own: JSONValue, with common: JSONValue) -> JSONValue {
        var members = own.members
        var components = members["components"]?.members ?? [:]
        for (kind, shared) in common["components"]?.members ?? [:] {
            let mine = components[kind]?.members ?? [:]
            components[kind] = .object(shared.members.merging(mine) { _, own in own })
        }
        members["components"] = .object(components)
        return localised(.object(members))
    }

    private static func localised(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map { name, value in
                        guard name == "$ref", let text = value.string else {
                            return (name, localised(value))
                        }
                        return (name, .string(text.replacing("common.yaml#", with: "#")))
                    }
                )
            )
        case .array(let elements): return .array(elements.map(localised))
        case .null, .bool, .number, .string: return value
        }
    }
}
