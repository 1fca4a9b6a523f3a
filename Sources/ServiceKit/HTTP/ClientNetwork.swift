import Glibc

/// Where a client comes from, for limits: what one holder of addresses is given.
package enum ClientNetwork {
    /// An IPv4 address as it is, or the 64 bits before the interface of an IPv6 address (RFC 4291
    /// section 2.5.4); any other text stays as it is.
    package static func of(address: String) -> String {
        var bytes = in6_addr()
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return address }
        let all = withUnsafeBytes(of: &bytes) { Array($0) }
        // ::ffff:a.b.c.d is an IPv4 address.
        let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 255 && all[11] == 255
        let part = isMapped ? all.suffix(4) : all.prefix(8)
        return part.map { String($0) }.joined(separator: isMapped ? "." : ":")
    }
}
