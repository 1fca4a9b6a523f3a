import API

/// JSON as it goes over the wire: sorted members, slashes as they are.
package enum WireJSON {
    /// Bytes of a value; our own types always encode.
    package static func bytes(_ value: some Encodable) -> [UInt8] {
        do {
            var writer = JSONWriter()
            writer.write(try JSONNodeEncoder.node(of: value))
            return writer.bytes
        } catch {
            preconditionFailure("a response type that does not encode: \(type(of: value))")
        }
    }

    /// The text of a value, for columns that keep JSON.
    package static func text(_ value: some Encodable) -> String {
        String(decoding: bytes(value), as: UTF8.self)
    }
}

/// Writes nodes as text (RFC 8259) without spaces.
private struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func write(_ node: JSONNode) {
        switch node {
        case .null: write("null")
        case .bool(let bool): write(bool ? "true" : "false")
        case .integer(let integer): write(String(integer))
        case .unsigned(let integer): write(String(integer))
        case .number(let number): write(number)
        case .string(let text): writeQuoted(text)
        case .value(let value): write(value)
        case .array(let array): writeElements(array.elements) { $0.write($1) }
        case .object(let object):
            writeMembers(object.members.sorted { $0.name < $1.name }) { $0.write($1) }
        }
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write("null")
        case .bool(let bool): write(bool ? "true" : "false")
        case .number(let number): write(number)
        case .string(let text): writeQuoted(text)
        case .array(let elements): writeElements(elements) { $0.write($1) }
        case .object(let members):
            writeMembers(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) {
                $0.write($1)
            }
        }
    }

    private mutating func writeElements<Element>(
        _ elements: [Element],
        _ write: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func writeMembers<Value>(
        _ members: [(name: String, value: Value)],
        _ write: (inout JSONWriter, Value) -> Void
    ) {
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in members.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            writeQuoted(member.name)
            bytes.append(UInt8(ascii: ":"))
            write(&self, member.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ number: Double) {
        let text = number.description
        write(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }

    private mutating func write(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func writeQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isPlain = text.utf8.allSatisfy {
            $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
        }
        if isPlain { write(text) } else { writeEscaped(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): write("\\\"")
            case UInt8(ascii: "\\"): write("\\\\")
            case 0x08: write("\\b")
            case 0x09: write("\\t")
            case 0x0A: write("\\n")
            case 0x0C: write("\\f")
            case 0x0D: write("\\r")
            case 0x00..<0x20:
                write(byte < 0x10 ? "\\u000" : "\\u00")
                write(String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
    }
}
