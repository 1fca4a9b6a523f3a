package import FoundationEssentials

/// An array that is built value by value in the form in which it is sent.
///
/// Sets of thousands of rows are made of these: what comes as bytes goes as bytes, and nothing is kept
/// twice. Bound to a statement like an array.
package struct ArrayColumn<Element: ArrayValue>: Sendable {
    private var elements: [UInt8] = []
    private var hasNulls = false
    /// Values so far, NULLs among them.
    package private(set) var count = 0

    /// An empty array.
    package init() {}

    /// Appends the binary form of the whole array.
    func write(to bytes: inout [UInt8]) {
        writeArrayHeader(
            count: count,
            hasNulls: hasNulls,
            of: Element.postgresType,
            to: &bytes
        )
        bytes.append(contentsOf: elements)
    }

    @inline(__always)
    fileprivate mutating func add(_ element: Element?) {
        guard let element else { return addNull() }
        count += 1
        writeElement(element, to: &elements)
    }

    fileprivate mutating func addNull() {
        count += 1
        hasNulls = true
        elements.append(bigEndian: Int32(-1))
    }

    fileprivate mutating func add(bytes: UnsafeBufferPointer<UInt8>) {
        count += 1
        elements.append(bigEndian: Int32(bytes.count))
        elements.append(contentsOf: bytes)
    }
}

// One for each type and not one for all: other modules call what is compiled for the type.

extension ArrayColumn<Bool> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: Bool?) { add(value) }
}

extension ArrayColumn<Int32> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: Int32?) { add(value) }
}

extension ArrayColumn<Int64> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: Int64?) { add(value) }
}

extension ArrayColumn<UUID> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: UUID?) { add(value) }
}

extension ArrayColumn<Day> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: Day?) { add(value) }
}

extension ArrayColumn<[UInt8]> {
    /// Adds a value, or NULL.
    package mutating func append(_ value: [UInt8]?) { add(value) }
}

extension ArrayColumn<String> {
    /// Adds a text, or NULL.
    package mutating func append(_ text: String?) { add(text) }

    /// Adds a text by its UTF-8, or NULL. The server refuses what is not UTF-8.
    package mutating func append(utf8 text: UnsafeBufferPointer<UInt8>?) {
        guard let text else { return addNull() }
        add(bytes: text)
    }
}
