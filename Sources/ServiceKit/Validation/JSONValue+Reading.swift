package import API

extension JSONValue {
    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A string, or the strings of an array.
    var strings: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.compactMap(\.string)
        default: []
        }
    }

    var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The members of an object; none of anything else.
    package var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    var double: Double {
        if case .number(let number) = self { number } else { 0 }
    }

    var integer: Int { Int(exactly: double) ?? 0 }

    /// A member of an object.
    package subscript(name: String) -> JSONValue? { members[name] }

    /// JSON Schema's types of the value; 1.0 is an integer too.
    var types: JSONTypes {
        switch self {
        case .null: .null
        case .bool: .boolean
        case .number(let number): Int64(exactly: number) == nil ? .number : [.number, .integer]
        case .string: .string
        case .array: .array
        case .object: .object
        }
    }
}

/// JSON Schema's types.
struct JSONTypes: OptionSet, Sendable {
    let rawValue: UInt8

    static let array = JSONTypes(rawValue: 1 << 0)
    static let boolean = JSONTypes(rawValue: 1 << 1)
    static let integer = JSONTypes(rawValue: 1 << 2)
    static let null = JSONTypes(rawValue: 1 << 3)
    static let number = JSONTypes(rawValue: 1 << 4)
    static let object = JSONTypes(rawValue: 1 << 5)
    static let string = JSONTypes(rawValue: 1 << 6)

    private static let named: [(name: String, type: JSONTypes)] = [
        ("array", .array), ("boolean", .boolean), ("integer", .integer), ("null", .null),
        ("number", .number), ("object", .object), ("string", .string),
    ]
}

extension JSONTypes {
    /// The types of these names; traps on a name that JSON Schema does not have.
    init(_ names: [String]) {
        self = names.reduce(into: []) { types, name in
            guard let known = Self.named.first(where: { $0.name == name }) else {
                preconditionFailure("no JSON type \(name)")
            }
            types.formUnion(known.type)
        }
    }

    /// In alphabetical order.
    var names: [String] { Self.named.filter { contains($0.type) }.map(\.name) }
}
