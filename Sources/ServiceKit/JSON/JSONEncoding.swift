import API

/// JSON being put together: containers are classes, because an `Encoder` hands them out and
/// members arrive later.
enum JSONNode {
    case null
    case bool(Bool)
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case string(String)
    case array(JSONArrayNode)
    case object(JSONObjectNode)
    case value(JSONValue)
}

/// An array being put together.
final class JSONArrayNode {
    var elements: [JSONNode] = []
}

/// An object being put together.
final class JSONObjectNode {
    var members: [(name: String, value: JSONNode)] = []
}

/// Turns `Encodable` values into nodes.
final class JSONNodeEncoder: Encoder, SingleValueEncodingContainer {
    private(set) var node = JSONNode.null
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The node of a value; throws `EncodingError` for a number that JSON cannot write.
    static func node<Value: Encodable>(of value: Value) throws -> JSONNode {
        if Value.self == String.self, let text = value as? String { return .string(text) }
        // Somebody else's JSON is written as it is.
        if Value.self == JSONValue.self, let same = value as? JSONValue { return .value(same) }
        let encoder = JSONNodeEncoder()
        try value.encode(to: encoder)
        return encoder.node
    }

    fileprivate static func node(of number: Double) throws -> JSONNode {
        guard number.isFinite else {
            throw EncodingError.invalidValue(
                number,
                .init(codingPath: [], debugDescription: "JSON has finite numbers only")
            )
        }
        return .number(number)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        // A type may ask twice and means the same object.
        if case .object(let object) = node {
            return KeyedEncodingContainer(JSONObjectWriter<Key>(object: object))
        }
        let object = JSONObjectNode()
        node = .object(object)
        return KeyedEncodingContainer(JSONObjectWriter<Key>(object: object))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array(let array) = node { return JSONArrayWriter(array: array) }
        let array = JSONArrayNode()
        node = .array(array)
        return JSONArrayWriter(array: array)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { node = .null }
    func encode(_ value: Bool) { node = .bool(value) }
    func encode(_ value: String) { node = .string(value) }
    func encode(_ value: Double) throws { node = try Self.node(of: value) }
    func encode(_ value: Float) throws { node = try Self.node(of: Double(value)) }
    func encode(_ value: Int) { node = .integer(Int64(value)) }
    func encode(_ value: Int8) { node = .integer(Int64(value)) }
    func encode(_ value: Int16) { node = .integer(Int64(value)) }
    func encode(_ value: Int32) { node = .integer(Int64(value)) }
    func encode(_ value: Int64) { node = .integer(value) }
    func encode(_ value: UInt) { node = .unsigned(UInt64(value)) }
    func encode(_ value: UInt8) { node = .unsigned(UInt64(value)) }
    func encode(_ value: UInt16) { node = .unsigned(UInt64(value)) }
    func encode(_ value: UInt32) { node = .unsigned(UInt64(value)) }
    func encode(_ value: UInt64) { node = .unsigned(value) }
    func encode<Value: Encodable>(_ value: Value) throws { node = try Self.node(of: value) }
}

private struct JSONObjectWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: JSONObjectNode
    var codingPath: [any CodingKey] { [] }

    private func add(_ node: JSONNode, _ key: Key) {
        object.members.append((key.stringValue, node))
    }

    func encodeNil(forKey key: Key) { add(.null, key) }
    func encode(_ value: String, forKey key: Key) { add(.string(value), key) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        add(try JSONNodeEncoder.node(of: value), key)
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        let nested = JSONObjectNode()
        add(.object(nested), key)
        return KeyedEncodingContainer(JSONObjectWriter<Nested>(object: nested))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        let nested = JSONArrayNode()
        add(.array(nested), key)
        return JSONArrayWriter(array: nested)
    }
    func superEncoder() -> any Encoder { preconditionFailure("none of our types has a superclass") }
    func superEncoder(forKey key: Key) -> any Encoder { superEncoder() }
}

private struct JSONArrayWriter: UnkeyedEncodingContainer {
    let array: JSONArrayNode
    var codingPath: [any CodingKey] { [] }
    var count: Int { array.elements.count }

    func encodeNil() { array.elements.append(.null) }
    func encode<Value: Encodable>(_ value: Value) throws {
        array.elements.append(try JSONNodeEncoder.node(of: value))
    }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        let nested = JSONObjectNode()
        array.elements.append(.object(nested))
        return KeyedEncodingContainer(JSONObjectWriter<Nested>(object: nested))
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        let nested = JSONArrayNode()
        array.elements.append(.array(nested))
        return JSONArrayWriter(array: nested)
    }
    func superEncoder() -> any Encoder { preconditionFailure("none of our types has a superclass") }
}
