import Crypto

/// SHA-256 over what a file says, not over how it is laid out.
///
/// Names, attributes and texts count in their order, each behind a mark that no text can contain;
/// white space around texts, comments, prefixes, the encoding and the declaration do not. Two files
/// with the same digest tell a reader the same.
struct ContentDigest: ~Copyable {
    private enum Mark: UInt8 {
        case begin = 1
        case name, value, text, end, raw
    }

    private var hash = SHA256()
    private let buffer: UnsafeMutableRawBufferPointer
    private var used = 0
    private var isRaw = false

    private static let size = 65_536

    init() {
        buffer = .allocate(byteCount: Self.size, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// - Parameter namespace: of the elements around it; another one counts.
    mutating func begin(_ element: XMLElement, within namespace: XMLName?) {
        append(.begin)
        append(UnsafeRawBufferPointer(element.name.bytes))
        if !element.attributes.isEmpty {
            for attribute in element.attributes.all where !attribute.hasPrefix {
                value(attribute.name.bytes, attribute.value)
            }
        }
        if element.namespace != namespace {
            let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
            value(none, element.namespace?.bytes ?? none)
        }
    }

    mutating func end() { append(.end) }

    /// An attribute, a column or a member.
    mutating func value(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        append(.name)
        append(UnsafeRawBufferPointer(name))
        append(.value)
        append(UnsafeRawBufferPointer(value))
    }

    /// A text of a list's line.
    mutating func value(_ field: PaymentField, _ value: UnsafeBufferPointer<UInt8>) {
        var name = field.column
        name.withUTF8 { self.value($0, value) }
    }

    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        append(.text)
        append(UnsafeRawBufferPointer(bytes))
    }

    /// What could not be understood counts as it is, in whatever pieces it comes.
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        if !isRaw { append(.raw) }
        isRaw = true
        append(bytes)
    }

    /// 32 bytes. Call once, at the end.
    mutating func finish() -> [UInt8] {
        flush()
        return Array(hash.finalize())
    }

    private mutating func append(_ mark: Mark) {
        if used == Self.size { flush() }
        buffer[used] = mark.rawValue
        used += 1
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Self.size - used else {
            flush()
            guard bytes.count <= Self.size else { return hash.update(bufferPointer: bytes) }
            return append(bytes)
        }
        guard !bytes.isEmpty else { return }
        UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: bytes)
        used += bytes.count
    }

    private mutating func flush() {
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<used]))
        used = 0
    }
}
