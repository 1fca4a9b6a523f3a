/// JSON as text, bound as `jsonb`. The server checks that it is JSON.
package struct JSONB: Sendable, Hashable {
    /// The document.
    package var text: String

    /// Wraps a document.
    package init(_ text: String) { self.text = text }
}

extension JSONB: PostgresValue {
    package static var postgresType: PostgresType { .jsonb }

    /// `json` is the text itself; `jsonb` has a version in front.
    package static func accepts(_ type: PostgresType) -> Bool { type == .jsonb || type == .json }

    private static let version: UInt8 = 1

    package func write(to bytes: inout [UInt8]) {
        bytes.append(Self.version)
        bytes.append(contentsOf: text.utf8)
    }

    package static func read(_ bytes: RawSpan, as type: PostgresType) -> JSONB? {
        guard type == .jsonb else { return String.read(bytes, as: .text).map(JSONB.init) }
        guard bytes.bigEndian(UInt8.self) == version else { return nil }
        return String.read(bytes.extracting(droppingFirst: 1), as: .text).map(JSONB.init)
    }
}
