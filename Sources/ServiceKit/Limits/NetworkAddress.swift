package import NIOCore

/// An address of the internet, as limits are counted by it: 128 bits, IPv4 in its IPv6 form
/// (RFC 4291 section 2.5.5.2).
package struct NetworkAddress: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The address of a socket; nil for one that has none, such as a unix socket.
    package init?(_ address: SocketAddress) {
        // The layouts of RFC 3493: the address stands behind family and port, in network byte order.
        switch address {
        case .v4(let four):
            let bits = withUnsafeBytes(of: four.address) {
                $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
            }
            self.init(high: 0, low: Self.mapped | UInt64(UInt32(bigEndian: bits)))
        case .v6(let six):
            let halves = withUnsafeBytes(of: six.address) { bytes in
                [8, 16].map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self) }
            }
            self.init(high: UInt64(bigEndian: halves[0]), low: UInt64(bigEndian: halves[1]))
        case .unixDomainSocket:
            return nil
        }
    }

    /// An address as people write it, without port, brackets and zone; nil for anything else.
    package init?(_ text: some StringProtocol) {
        guard let address = try? SocketAddress(ipAddress: String(text), port: 0) else {
            return nil
        }
        self.init(address)
    }

    private static let mapped: UInt64 = 0xFFFF_0000_0000

    /// Whether it is an IPv4 address, in its IPv6 form or not.
    package var isIPv4: Bool { high == 0 && low & ~0xFFFF_FFFF == Self.mapped }

    /// What one party holds as a rule and limits are counted by: an IPv4 address, or the 64 bits of
    /// an IPv6 network, of which anybody has 2^64 addresses.
    package var block: UInt64 { isIPv4 ? low : high }

    /// Addresses that begin with the same bits, written `10.0.0.0/8`, `fd00::/8` or as one address.
    package struct Range: Hashable, Sendable {
        private let first: NetworkAddress
        private let length: Int

        package init?(_ text: String) {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = NetworkAddress(parts[0]) else { return nil }
            let most = first.isIPv4 ? 32 : 128
            guard let length = parts.count == 2 ? Int(parts[1]) : most, (0...most).contains(length)
            else { return nil }
            self.first = first
            self.length = first.isIPv4 ? length + 96 : length
        }

        func contains(_ address: NetworkAddress) -> Bool {
            func agree(_ left: UInt64, _ right: UInt64, _ bits: Int) -> Bool {
                bits <= 0 || (left ^ right) >> UInt64(64 - min(bits, 64)) == 0
            }
            return agree(first.high, address.high, length)
                && agree(first.low, address.low, length - 64)
        }
    }
}
