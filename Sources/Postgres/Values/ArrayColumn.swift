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

    /// Adds a value, or NULL.
    package mutating func append(_ element: Element?) {
        guard let element else { return appendNull() }
        count += 1
        writeElement(element, to: &elements)
    }

    private mutating func appendNull() {
        count += 1
        hasNulls = true
        elements.append(bigEndian: Int32(-1))
    }

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
}

extension ArrayColumn<String> {
    /// Adds a text by its UTF-8, or NULL. The server refuses what is not UTF-8.
    package mutating func append(utf8 text: UnsafeBufferPointer<UInt8>?) {
        guard let text else { return appendNull() }
        count += 1
        elements.append(bigEndian: Int32(text.count))
        elements.append(contentsOf: text)
    }
}
