package import FoundationEssentials

extension UUID {
    /// A UUID version 7 (RFC 9562 section 5.7): milliseconds since 1970, then 74 random bits.
    ///
    /// Ids made later sort later, which keeps unique indexes growing at their right edge.
    package static func timeOrdered(
        microseconds: Int64,
        using generator: inout some RandomNumberGenerator
    ) -> UUID {
        let milliseconds = UInt64(max(0, microseconds / 1000))
        let high = generator.next()
        let low = generator.next()
        func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 {
            UInt8(truncatingIfNeeded: value >> shift)
        }
        return UUID(
            uuid: (
                byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24),
                byte(milliseconds, 16), byte(milliseconds, 8), byte(milliseconds, 0),
                0x70 | byte(high, 8) & 0x0F, byte(high, 0),
                0x80 | byte(low, 56) & 0x3F, byte(low, 48), byte(low, 40), byte(low, 32),
                byte(low, 24), byte(low, 16), byte(low, 8), byte(low, 0)
            )
        )
    }
}
