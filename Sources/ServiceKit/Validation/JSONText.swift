package import API

/// JSON text from outside, within bounds.
package enum JSONText {
    /// Parses strict UTF-8 JSON; throws a 400 problem that says what is wrong.
    package static func parse(_ bytes: [UInt8]) throws -> JSONValue {
        guard !bytes.isEmpty else {
            throw Problem(.malformedJson, "A JSON body is needed; there is none.")
        }
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw Problem(.malformedJson, detail(of: error))
        }
    }

    private static func detail(of failure: JSONParser.Failure) -> String {
        switch failure {
        case .encoding: "The body is not UTF-8."
        case .syntax: "The body is not JSON."
        case .depth: "The body nests deeper than \(JSONParser.deepest) levels."
        case .repeatedName: "An object of the body has a name twice."
        }
    }
}
