/// CRC-16/CCITT-FALSE: polynomial 0x1021, from 0xFFFF, nothing reflected; the check of EMVCo's
/// codes (EMV QRCPS Merchant-Presented Mode 1.1, section 4.7.3).
package enum CRC16 {
    /// The checksum of bytes.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(UInt16(0xFFFF)) { sum, byte in
            (0..<8).reduce(sum ^ (UInt16(byte) << 8)) { (value: UInt16, _) in
                value & 0x8000 == 0 ? value << 1 : (value << 1) ^ 0x1021
            }
        }
    }
}
