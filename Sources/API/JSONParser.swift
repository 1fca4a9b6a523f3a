/// Reads JSON text (RFC 8259) in one pass: UTF-8 in, one value out.
///
/// Our own, because the general decoder takes a third of a request's time, lets a trailing comma
/// pass and forgets that a name came twice.
package struct JSONParser {
    /// Why a text is refused.
    package enum Failure: Error {
        /// Not UTF-8; the text of UTF-16 and UTF-32 has NUL bytes, JSON has none.
        case encoding
        /// Not JSON.
        case syntax
        /// A nesting deeper than allowed; a parser's own stack is what deep nesting attacks.
        case depth
        /// A member name twice in one object; found out at the end, because other faults go first.
        case repeatedName
    }

    /// How deep arrays and objects may nest; a geofence needs eight.
    package static let deepest = 32

    private let bytes: [UInt8]
    private let deepest: Int
    private var place = 0
    private var hasRepeatedName = false

    private init(_ bytes: [UInt8], deepest: Int) {
        self.bytes = bytes
        self.deepest = deepest
    }

    /// The one value of the text.
    ///
    /// A member name that occurs twice in one object is refused, because two readers of the same
    /// bytes may see two values (RFC 8259 section 4).
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .encoding
        }
        var parser = JSONParser(bytes, deepest: deepest)
        let value = try parser.value(within: deepest)
        parser.skipSpace()
        guard parser.place == bytes.count else { throw .syntax }
        guard !parser.hasRepeatedName else { throw .repeatedName }
        return value
    }

    private mutating func value(within levels: Int) throws(Failure) -> JSONValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object(within: levels)
        case UInt8(ascii: "["): return try array(within: levels)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func object(within levels: Int) throws(Failure) -> JSONValue {
        guard levels > 0 else { throw .depth }
        place += 1
        skipSpace()
        var members: [String: JSONValue] = [:]
        if take(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw .syntax }
            let value = try value(within: levels - 1)
            if members.updateValue(value, forKey: name) != nil { hasRepeatedName = true }
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw .syntax }
        return .object(members)
    }

    private mutating func array(within levels: Int) throws(Failure) -> JSONValue {
        guard levels > 0 else { throw .depth }
        place += 1
        skipSpace()
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(within: levels - 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw .syntax }
        return .array(elements)
    }

    private mutating func word(
        _ word: StaticString,
        _ value: JSONValue
    ) throws(Failure) -> JSONValue {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { throw .syntax }
        }
        return value
    }

    private mutating func number() throws(Failure) -> Double {
        let start = place
        let isNegative = take(UInt8(ascii: "-"))
        let firstDigit = place
        var whole: Int64 = 0
        while let digit = takeDigit() {
            // Fifteen digits are exact in a Double; longer numbers are read as text below.
            if place - firstDigit <= 15 { whole = whole * 10 + Int64(digit) }
        }
        let digits = place - firstDigit
        guard digits > 0, digits == 1 || bytes[firstDigit] != UInt8(ascii: "0") else {
            throw .syntax
        }
        var isWhole = digits <= 15
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digitsFollow()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digitsFollow()
        }
        if isWhole { return isNegative ? -Double(whole) : Double(whole) }
        guard let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)),
            number.isFinite
        else { throw .syntax }
        return number
    }

    private mutating func digitsFollow() throws(Failure) {
        guard takeDigit() != nil else { throw .syntax }
        while takeDigit() != nil {}
    }

    private mutating func string() throws(Failure) -> String {
        guard take(UInt8(ascii: "\"")) else { throw .syntax }
        let start = place
        while let byte = current, byte >= 0x20 {
            if byte == UInt8(ascii: "\"") {
                defer { place += 1 }
                return String(decoding: bytes[start..<place], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedString(from: start) }
            place += 1
        }
        throw .syntax
    }

    private mutating func escapedString(from start: Int) throws(Failure) -> String {
        var text = Array(bytes[start..<place])
        while let byte = current, byte >= 0x20 {
            place += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
            default: text.append(byte)
            }
        }
        throw .syntax
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        guard let letter = current else { throw .syntax }
        place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try escapedScalar()
        default: throw .syntax
        }
    }

    /// Four hexadecimal digits, or two surrogates that belong together.
    private mutating func escapedScalar() throws(Failure) -> [UInt8] {
        var code = try codeUnit()
        if (0xD800..<0xDC00).contains(code) {
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw .syntax }
            let low = try codeUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw .syntax }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .syntax }
        return Array(UTF8.encode(scalar).unsafelyUnwrapped)
    }

    private mutating func codeUnit() throws(Failure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw .syntax }
            code = code << 4 | UInt32(digit)
            place += 1
        }
        return code
    }

    private var current: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    private mutating func takeDigit() -> UInt8? {
        guard place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 else { return nil }
        defer { place += 1 }
        return bytes[place] - UInt8(ascii: "0")
    }

    private mutating func skipSpace() {
        while place < bytes.count,
            bytes[place] == 0x20 || bytes[place] == 0x0A || bytes[place] == 0x0D
                || bytes[place] == 0x09
        { place += 1 }
    }
}
