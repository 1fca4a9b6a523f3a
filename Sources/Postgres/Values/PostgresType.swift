/// A type of the server, by its number (`src/include/catalog/pg_type.dat`; these never change).
package struct PostgresType: RawRepresentable, Hashable, Sendable {
    /// The OID.
    package let rawValue: UInt32

    /// Wraps an OID.
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(_ rawValue: UInt32) { self.rawValue = rawValue }

    static let bool = Self(16), bytea = Self(17), char = Self(18), name = Self(19)
    static let int8 = Self(20), int2 = Self(21), int4 = Self(23), text = Self(25)
    static let json = Self(114), unknown = Self(705), bpchar = Self(1042), varchar = Self(1043)
    static let date = Self(1082), timestamptz = Self(1184), uuid = Self(2950), jsonb = Self(3802)

    static let boolArray = Self(1000), byteaArray = Self(1001), nameArray = Self(1003)
    static let int2Array = Self(1005), int4Array = Self(1007), textArray = Self(1009)
    static let varcharArray = Self(1015), int8Array = Self(1016), dateArray = Self(1182)
    static let timestamptzArray = Self(1185), uuidArray = Self(2951), jsonbArray = Self(3807)

    /// The type of this array's elements; nil when it is none of the arrays we read.
    var element: PostgresType? {
        switch self {
        case .boolArray: .bool
        case .byteaArray: .bytea
        case .nameArray: .name
        case .int2Array: .int2
        case .int4Array: .int4
        case .textArray: .text
        case .varcharArray: .varchar
        case .int8Array: .int8
        case .dateArray: .date
        case .timestamptzArray: .timestamptz
        case .uuidArray: .uuid
        case .jsonbArray: .jsonb
        default: nil
        }
    }
}

extension PostgresType: CustomStringConvertible {
    /// The name as in SQL, or the number of a type we do not read.
    package var description: String {
        if let element { return "\(element)[]" }
        return switch self {
        case .bool: "bool"
        case .bytea: "bytea"
        case .char: "\"char\""
        case .name: "name"
        case .int8: "int8"
        case .int2: "int2"
        case .int4: "int4"
        case .text: "text"
        case .json: "json"
        case .unknown: "unknown"
        case .bpchar: "char(n)"
        case .varchar: "varchar"
        case .date: "date"
        case .timestamptz: "timestamptz"
        case .uuid: "uuid"
        case .jsonb: "jsonb"
        default: "type \(rawValue)"
        }
    }
}
