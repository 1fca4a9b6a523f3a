import CLibXML2

/// A name or namespace as libxml2 keeps it: every text once, so that the same pointer means the
/// same text and no other pointer does.
struct XMLName: Equatable {
    let pointer: UnsafePointer<xmlChar>

    /// A copy.
    var text: String { String(cString: pointer) }

    /// The bytes, UTF-8.
    var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: pointer, count: Int(xmlStrlen(pointer)))
    }
}

/// The start of an element. Lives for the call that brings it.
struct XMLElement {
    let name: XMLName
    let namespace: XMLName?
    let attributes: XMLAttributes
    /// From 1.
    let line: Int
}

/// The attributes of an element, as libxml2 gives them: five pointers each.
struct XMLAttributes {
    let start: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    let count: Int

    var isEmpty: Bool { count == 0 }

    /// One attribute; `hasPrefix` when it belongs to a namespace of its own.
    struct Attribute {
        let name: XMLName
        let hasPrefix: Bool
        let value: UnsafeBufferPointer<UInt8>
    }

    /// In the order of the document.
    var all: some Sequence<Attribute> {
        (0..<count).lazy.compactMap { index -> Attribute? in
            guard let five = start.map({ $0 + index * 5 }), let name = five[0],
                let first = five[3], let end = five[4]
            else { return nil }
            return Attribute(
                name: XMLName(pointer: name),
                hasPrefix: five[2] != nil,
                value: UnsafeBufferPointer(start: first, count: end - first)
            )
        }
    }

    /// The value of the attribute without prefix that has this name.
    func value(of name: String) -> UnsafeBufferPointer<UInt8>? {
        all.first { !$0.hasPrefix && $0.name.bytes.elementsEqual(name.utf8) }?.value
    }
}

extension UInt8 {
    /// White space of XML, and the vertical tab and form feed that XML forbids.
    var isXMLSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
