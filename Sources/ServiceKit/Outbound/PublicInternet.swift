/// Which addresses are machines of the public internet, and not our own network, this machine, its
/// neighbours, many at once, or the place where a cloud keeps secrets for its machines.
///
/// The IANA special-purpose registries for IPv4 and IPv6 (RFC 6890), read strictly: of IPv6 only
/// what is handed out, and of that nothing that carries an IPv4 address inside.
package enum PublicInternet {
    /// Whether an address may be connected to for somebody else. An IPv4 address in its IPv6 form
    /// counts as what it is.
    package static func contains(_ address: NetworkAddress) -> Bool {
        if address.isIPv4 { return !reservedIPv4.contains { $0.contains(address) } }
        return handedOutIPv6.contains { $0.contains(address) }
            && !reservedIPv6.contains { $0.contains(address) }
    }

    private static let reservedIPv4 = ranges([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ])

    private static let handedOutIPv6 = ranges(["2000::/3"])

    // Teredo and its neighbours, documentation, 6to4.
    private static let reservedIPv6 = ranges([
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ])

    private static func ranges(_ texts: [String]) -> [NetworkAddress.Range] {
        texts.map { text in
            guard let range = NetworkAddress.Range(text) else {
                preconditionFailure("\(text) is no range")
            }
            return range
        }
    }
}
