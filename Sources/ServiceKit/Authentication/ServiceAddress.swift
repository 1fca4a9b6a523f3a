import FoundationEssentials

/// The public base address of a service, which proofs name in `htu`.
package struct ServiceAddress: Sendable, Hashable {
    private let base: String

    /// Reads `http` or `https`, a host, perhaps a port and a path; `nil` for anything else.
    package init?(_ text: String) {
        guard let normal = Self.normal(text[...]), !text.contains(where: { "?#@ ".contains($0) })
        else { return nil }
        base = normal.hasSuffix("/") ? String(normal.dropLast()) : normal
    }

    /// Whether an `htu` is the address of a path here. Query and fragment do not count (RFC 9449
    /// section 4.3), nor does how scheme, host, the usual port and harmless characters are written
    /// (RFC 3986 section 6.2).
    func names(_ htu: String, path: String) -> Bool {
        let address = htu.prefix { $0 != "?" && $0 != "#" }
        return Self.normal(address) == base + Self.unescaped(path[...])
    }

    private static func normal(_ address: Substring) -> String? {
        guard let colon = address.firstRange(of: "://") else { return nil }
        let scheme = address[..<colon.lowerBound].lowercased()
        guard let usualPort = ["http": ":80", "https": ":443"][scheme] else { return nil }
        let rest = address[colon.upperBound...]
        let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
        var host = rest.prefix { $0 != "/" }.lowercased()
        if host.hasSuffix(usualPort) { host.removeLast(usualPort.count) }
        guard !host.isEmpty else { return nil }
        return "\(scheme)://\(host)\(unescaped(path))"
    }

    /// Percent-encoded letters, digits, `-`, `.`, `_` and `~` as themselves, the hexadecimal digits
    /// of all others in capitals.
    private static func unescaped(_ path: Substring) -> String {
        guard path.utf8.contains(UInt8(ascii: "%")) else { return String(path) }
        var bytes: [UInt8] = []
        var rest = path.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            let text = String(decoding: digits, as: UTF8.self)
            guard byte == UInt8(ascii: "%"), digits.count == 2, let value = UInt8(text, radix: 16)
            else {
                bytes.append(byte)
                continue
            }
            rest.removeFirst(2)
            if isUnreserved(value) {
                bytes.append(value)
            } else {
                bytes += "%\(text.uppercased())".utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
