import HTTPTypes
import Hummingbird

/// Finds out whose request it is when a proxy passes it on.
///
/// Only proxies that were named are believed. Anybody can write the header, so it is read from its
/// end: what a trusted proxy wrote last is the address that it saw.
struct TrustedProxies: Sendable {
    let ranges: [NetworkAddress.Range]

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    // More hops than anybody has; what a client put in front is not looked at.
    private static let mostHops = 16

    /// The last address on the way that is no proxy of ours; the connection's own without a proxy.
    func client(of request: Request, connection: NetworkAddress?) -> NetworkAddress? {
        guard let connection, trusts(connection) else { return connection }
        let values = request.headers[values: Self.forwardedFor]
        let hops = values.joined(separator: ",").split(separator: ",").suffix(Self.mostHops)
        var nearest = connection
        for hop in hops.reversed() {
            guard let address = NetworkAddress(Self.bare(hop)) else { break }
            nearest = address
            if !trusts(address) { break }
        }
        return nearest
    }

    func trusts(_ address: NetworkAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// Without spaces, and without the port that some proxies write behind the address.
    private static func bare(_ hop: Substring) -> Substring {
        let text = hop.drop { $0 == " " }.prefix { $0 != " " }
        if text.first == "[" { return text.dropFirst().prefix { $0 != "]" } }
        let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
        return colons == 1 ? text.prefix { $0 != ":" } : text
    }
}
