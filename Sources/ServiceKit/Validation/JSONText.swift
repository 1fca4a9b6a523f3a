package import API

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
        // The text of UTF-16 and UTF-32 has NUL bytes, JSON has none.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw Problem(.malformedJson, "The body is not UTF-8.")
        }
        do {
            return try JSONParser.parse(bytes, deepest: deepest)
        } catch {
            throw Problem(.malformedJson, detail(of: error))
        }
    }

    private static func detail(of failure: JSONParser.Failure) -> String {
        switch failure {
        case .syntax: "The body is not JSON."
        case .depth: "The body nests deeper than \(deepest) levels."
        case .repeatedName: "An object of the body has a name twice."
        }
    }
}
