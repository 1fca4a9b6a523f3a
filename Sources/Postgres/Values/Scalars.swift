package import FoundationEssentials

extension Bool: PostgresValue {
    package static var postgresType: PostgresType { .bool }

    package func write(to bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Bool? {
        guard bytes.byteCount == 1 else { return nil }
        return bytes.bigEndian(UInt8.self).map { $0 != 0 }
    }
}

extension Int16: PostgresValue {
    package static var postgresType: PostgresType { .int2 }

    package func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Int16? {
        readInteger(bytes).flatMap { Int16(exactly: $0) }
    }
}

extension Int32: PostgresValue {
    package static var postgresType: PostgresType { .int4 }

    /// The integers that always fit.
    package static func accepts(_ type: PostgresType) -> Bool { type == .int4 || type == .int2 }

    package func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Int32? {
        readInteger(bytes).flatMap { Int32(exactly: $0) }
    }
}

extension Int64: PostgresValue {
    package static var postgresType: PostgresType { .int8 }

    /// The integers that always fit.
    package static func accepts(_ type: PostgresType) -> Bool {
        type == .int8 || type == .int4 || type == .int2
    }

    package func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: self) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Int64? {
        readInteger(bytes)
    }
}

extension Int: PostgresValue {
    package static var postgresType: PostgresType { .int8 }

    /// The integers that always fit.
    package static func accepts(_ type: PostgresType) -> Bool { Int64.accepts(type) }

    package func write(to bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> Int? {
        readInteger(bytes).flatMap { Int(exactly: $0) }
    }
}

/// The width on the wire says which of the three integers it is.
private func readInteger(_ bytes: RawSpan) -> Int64? {
    switch bytes.byteCount {
    case 2: bytes.bigEndian(Int16.self).map(Int64.init)
    case 4: bytes.bigEndian(Int32.self).map(Int64.init)
    case 8: bytes.bigEndian(Int64.self)
    default: nil
    }
}

extension String: PostgresValue {
    package static var postgresType: PostgresType { .text }

    /// The types whose binary form is their text.
    package static func accepts(_ type: PostgresType) -> Bool {
        switch type {
        case .text, .varchar, .bpchar, .name, .char, .unknown: true
        default: false
        }
    }

    package func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> String? {
        bytes.withUnsafeBytes { String(validating: $0, as: UTF8.self) }
    }
}

extension UUID: PostgresValue {
    package static var postgresType: PostgresType { .uuid }

    package func write(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> UUID? {
        guard bytes.byteCount == 16 else { return nil }
        return UUID(uuid: bytes.unsafeLoadUnaligned(as: uuid_t.self))
    }
}
