package import API
import FoundationEssentials

/// JSON text from outside, within bounds.
package enum JSONText {
    /// How deep arrays and objects may nest; a geofence needs eight.
    package static let deepest = 32

    /// Parses strict UTF-8 JSON; throws a 400 problem that says what is wrong.
    ///
    /// A member name that occurs twice in one object is refused, because two readers of the same
    /// bytes may see two values (RFC 8259 section 4).
    package static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        guard !bytes.isEmpty else {
            throw Problem(.malformedJson, "A JSON body is needed; there is none.")
        }
        // The parser would take UTF-16 and UTF-32 too; their text has NUL bytes, JSON has none.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw Problem(.malformedJson, "The body is not UTF-8.")
        }
        let outline = Outline(bytes)
        guard outline.depth <= deepest else {
            throw Problem(.malformedJson, "The body nests deeper than \(deepest) levels.")
        }
        guard !outline.hasTrailingComma else {
            throw Problem(.malformedJson, "The body is not JSON.")
        }
        let value: JSONValue
        do {
            value = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch {
            throw Problem(.malformedJson, "The body is not JSON.")
        }
        guard memberCount(of: value) == outline.members else {
            throw Problem(.malformedJson, "An object of the body has a name twice.")
        }
        return value
    }

    private static func memberCount(of value: JSONValue) -> Int {
        switch value {
        case .object(let members):
            members.values.reduce(members.count) { $0 + memberCount(of: $1) }
        case .array(let elements): elements.reduce(0) { $0 + memberCount(of: $1) }
        case .null, .bool, .number, .string: 0
        }
    }

    /// What can be counted before parsing, because a parser's own stack is what deep nesting
    /// attacks, and a parsed object no longer shows a repeated name.
    private struct Outline {
        private(set) var depth = 0
        /// Colons outside strings: one per member.
        private(set) var members = 0
        /// Whether a comma stands before a closing bracket, which the parser lets pass.
        private(set) var hasTrailingComma = false

        init(_ bytes: [UInt8]) {
            var level = 0
            var inString = false
            var escaped = false
            var afterComma = false
            for byte in bytes {
                if inString {
                    if escaped {
                        escaped = false
                    } else if byte == UInt8(ascii: "\\") {
                        escaped = true
                    } else if byte == UInt8(ascii: "\"") {
                        inString = false
                    }
                    continue
                }
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: ":"): members += 1
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    level += 1
                    depth = max(depth, level)
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    level -= 1
                    hasTrailingComma = hasTrailingComma || afterComma
                case 0x20, 0x09, 0x0A, 0x0D: continue
                default: break
                }
                afterComma = byte == UInt8(ascii: ",")
            }
        }
    }
}
