import FoundationEssentials

/// An address that somebody else gave us to send something to.
///
/// Written anew from its parts, of which the host has only letters, digits, hyphens and points: what
/// we look up is exactly what the HTTP client takes for the host.
package struct OutboundAddress: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// In lower case; a name or an IPv4 address, never an IPv6 address.
    package let host: String
    /// The whole address.
    package let text: String

    /// Reads `http` or `https`, a host, perhaps a port, a path and a query; nil for anything else,
    /// such as a user name, a fragment or an IPv6 address.
    package init?(_ text: String) {
        guard text.utf8.count <= 500, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "\\#@\"<>^`{|}".contains($0) }),
            let start = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<start.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[start.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let host = Self.host(parts[0]) else { return nil }
        var port = ""
        if parts.count == 2 {
            guard let number = UInt16(parts[1]), number > 0 else { return nil }
            port = ":\(number)"
        }
        let path = rest.dropFirst(authority.count)
        self.scheme = scheme
        self.host = host
        self.text = "\(scheme)://\(host)\(port)\(path.hasPrefix("/") ? "" : "/")\(path)"
    }

    private static func host(_ text: Substring) -> String? {
        let host = text.lowercased()
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                }
        }
        return isName && host.utf8.count <= 253 ? host : nil
    }

    /// The address in numbers, where the host is one.
    package var literal: NetworkAddress? { NetworkAddress(host) }
}
