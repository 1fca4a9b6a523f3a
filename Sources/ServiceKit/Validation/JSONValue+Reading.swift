import API

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

    var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }

    var double: Double {
        if case .number(let number) = self { number } else { 0 }
    }

    var integer: Int { Int(exactly: double) ?? 0 }

    subscript(name: String) -> JSONValue? { members[name] }

    /// JSON Schema's names for the value's type; 1.0 is an integer too.
    var typeNames: Set<String> {
        switch self {
        case .null: ["null"]
        case .bool: ["boolean"]
        case .number(let number):
            Int64(exactly: number) == nil ? ["number"] : ["number", "integer"]
        case .string: ["string"]
        case .array: ["array"]
        case .object: ["object"]
        }
    }
}
