package import FoundationEssentials

/// What an array of the server can hold: a value or an optional value, and for `bytea` a byte.
package protocol ArrayElement: Sendable {
    /// The type of an array of these.
    static var arrayType: PostgresType { get }
    /// Whether an array column of this type can be read.
    static func acceptsArray(_ type: PostgresType) -> Bool
    /// Appends the binary form of the whole array.
    static func writeArray(_ elements: [Self], to bytes: inout [UInt8])
    /// Reads the whole array; nil when malformed, not one-dimensional, or NULL where none may be.
    static func readArray(_ bytes: RawSpan, as type: PostgresType) -> [Self]?
}

/// A value that the server has an array type for.
package protocol ArrayValue: PostgresValue, ArrayElement {}

extension Array: ColumnDecodable, PostgresValue where Element: ArrayElement {
    package static var postgresType: PostgresType { Element.arrayType }

    /// The arrays whose elements can be read, or `bytea`.
    package static func accepts(_ type: PostgresType) -> Bool { Element.acceptsArray(type) }

    package func write(to bytes: inout [UInt8]) { Element.writeArray(self, to: &bytes) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> [Element]? {
        Element.readArray(bytes, as: type)
    }
}

/// A byte only makes `bytea`: the server has no array of bytes.
extension UInt8: ArrayElement {
    package static var arrayType: PostgresType { .bytea }

    package static func acceptsArray(_ type: PostgresType) -> Bool { type == .bytea }

    package static func writeArray(_ elements: [UInt8], to bytes: inout [UInt8]) {
        bytes.append(contentsOf: elements)
    }

    package static func readArray(_ bytes: RawSpan, as type: PostgresType) -> [UInt8]? {
        bytes.withUnsafeBytes { Array($0) }
    }
}

extension ArrayValue {
    /// Whatever array has elements that are accepted.
    package static func acceptsArray(_ type: PostgresType) -> Bool {
        type.element.map(accepts) ?? false
    }

    /// One dimension, no nulls.
    package static func writeArray(_ elements: [Self], to bytes: inout [UInt8]) {
        writeArrayHeader(count: elements.count, hasNulls: false, of: postgresType, to: &bytes)
        for element in elements { writeElement(element, to: &bytes) }
    }

    /// `nil` when an element is null or cannot be read.
    package static func readArray(_ bytes: RawSpan, as type: PostgresType) -> [Self]? {
        var values: [Self] = []
        let complete = readElements(bytes, of: Self.self) { value in
            guard let value else { return false }
            values.append(value)
            return true
        }
        return complete ? values : nil
    }
}

extension Optional: ArrayElement where Wrapped: ArrayValue {
    package static var arrayType: PostgresType { Wrapped.arrayType }

    package static func acceptsArray(_ type: PostgresType) -> Bool { Wrapped.acceptsArray(type) }

    package static func writeArray(_ elements: [Wrapped?], to bytes: inout [UInt8]) {
        let hasNulls = elements.contains { $0 == nil }
        writeArrayHeader(
            count: elements.count,
            hasNulls: hasNulls,
            of: Wrapped.postgresType,
            to: &bytes
        )
        for element in elements {
            if let element {
                writeElement(element, to: &bytes)
            } else {
                bytes.append(bigEndian: Int32(-1))
            }
        }
    }

    package static func readArray(_ bytes: RawSpan, as type: PostgresType) -> [Wrapped?]? {
        var values: [Wrapped?] = []
        let complete = readElements(bytes, of: Wrapped.self) { value in
            values.append(value)
            return true
        }
        return complete ? values : nil
    }
}

extension Bool: ArrayValue { package static var arrayType: PostgresType { .boolArray } }
extension Int16: ArrayValue { package static var arrayType: PostgresType { .int2Array } }
extension Int32: ArrayValue { package static var arrayType: PostgresType { .int4Array } }
extension Int64: ArrayValue { package static var arrayType: PostgresType { .int8Array } }
extension Int: ArrayValue { package static var arrayType: PostgresType { .int8Array } }
extension String: ArrayValue { package static var arrayType: PostgresType { .textArray } }
extension UUID: ArrayValue { package static var arrayType: PostgresType { .uuidArray } }
extension Timestamp: ArrayValue {
    package static var arrayType: PostgresType { .timestamptzArray }
}
extension Day: ArrayValue { package static var arrayType: PostgresType { .dateArray } }
extension JSONB: ArrayValue { package static var arrayType: PostgresType { .jsonbArray } }
extension Array: ArrayElement, ArrayValue where Element == UInt8 {
    package static var arrayType: PostgresType { .byteaArray }
}

// Layout (server source `array_recv`): dimensions, has-nulls flag, element type; per dimension
// its length and lower bound; then every element as length and bytes, length -1 for NULL.
// An empty array has no dimension.

func writeArrayHeader(
    count: Int,
    hasNulls: Bool,
    of type: PostgresType,
    to bytes: inout [UInt8]
) {
    bytes.append(bigEndian: Int32(count == 0 ? 0 : 1))
    bytes.append(bigEndian: Int32(hasNulls ? 1 : 0))
    bytes.append(bigEndian: type.rawValue)
    guard count > 0 else { return }
    bytes.append(bigEndian: Int32(count))
    bytes.append(bigEndian: Int32(1))
}

func writeElement(_ element: some PostgresValue, to bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(bigEndian: Int32(0))
    element.write(to: &bytes)
    let length = UInt32(bytes.count - start - 4)
    for position in 0..<4 {
        bytes[start + position] = UInt8(truncatingIfNeeded: length >> (24 - 8 * position))
    }
}

/// Hands over every element, nil for NULL; false when malformed or when `take` says no.
private func readElements<T: PostgresValue>(
    _ bytes: RawSpan,
    of: T.Type,
    take: (T?) -> Bool
) -> Bool {
    guard let dimensions = bytes.bigEndian(Int32.self), dimensions != 0 else {
        return bytes.byteCount >= 12
    }
    guard dimensions == 1, let type = bytes.bigEndian(UInt32.self, at: 8),
        T.accepts(PostgresType(rawValue: type)), let count = bytes.bigEndian(Int32.self, at: 12)
    else { return false }
    var offset = 20
    for _ in 0..<count {
        guard let length = bytes.bigEndian(Int32.self, at: offset) else { return false }
        offset += 4
        if length < 0 {
            guard take(nil) else { return false }
            continue
        }
        let end = offset + Int(length)
        guard end <= bytes.byteCount,
            let value = T.read(
                bytes.extracting(offset..<end),
                as: PostgresType(rawValue: type)
            ),
            take(value)
        else { return false }
        offset = end
    }
    return true
}
