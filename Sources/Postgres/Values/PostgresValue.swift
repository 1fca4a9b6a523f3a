/// A value that is bound to a parameter and read from a column in PostgreSQL's binary format.
package protocol PostgresValue: ColumnDecodable {
    /// The type a parameter of this kind is declared with.
    static var postgresType: PostgresType { get }
    /// Whether a column of this type can be read without losing anything.
    static func accepts(_ type: PostgresType) -> Bool
    /// Appends the binary form, without its length.
    func write(to bytes: inout [UInt8])
    /// Reads the binary form; nil when it is malformed or not representable.
    static func read(_ bytes: RawSpan, as type: PostgresType) -> Self?
}

extension PostgresValue {
    /// Exactly the type parameters are declared with.
    package static func accepts(_ type: PostgresType) -> Bool { type == postgresType }
}

/// Whatever a column can be decoded as: a value, or an optional value.
package protocol ColumnDecodable: Sendable {
    /// Reads one cell. Throws `.decoding` that names column and types, never the value.
    static func decode(_ row: Row, column: Int) throws(PostgresError) -> Self
}

extension PostgresValue {
    /// Reads one cell; NULL is an error.
    package static func decode(_ row: Row, column: Int) throws(PostgresError) -> Self {
        let type = row.type(ofColumn: column)
        guard accepts(type) else { throw row.mismatch(column, expected: Self.self, "\(type)") }
        guard !row.isNull(column) else { throw row.mismatch(column, expected: Self.self, "NULL") }
        guard let value = row.withBytes(ofColumn: column, { read($0, as: type) }) else {
            throw row.mismatch(column, expected: Self.self, "a \(type) that does not fit")
        }
        return value
    }
}

extension Optional: ColumnDecodable where Wrapped: PostgresValue {
    /// Reads one cell; NULL is nil.
    package static func decode(_ row: Row, column: Int) throws(PostgresError) -> Self {
        let type = row.type(ofColumn: column)
        guard Wrapped.accepts(type) else {
            throw row.mismatch(column, expected: Self.self, "\(type)")
        }
        return row.isNull(column) ? nil : try Wrapped.decode(row, column: column)
    }
}
