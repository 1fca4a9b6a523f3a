import API

/// Stored JSON text of our own making, read back.
package enum StoredJSON {
    /// The value; a text that does not read is a fault.
    package static func decode<Value: Decodable>(
        _ text: String,
        as type: Value.Type = Value.self
    ) throws -> Value {
        try JSONParser.parse(Array(text.utf8)).decoded(as: type)
    }
}
