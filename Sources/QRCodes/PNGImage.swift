import CZlib

extension QRMatrix {
    /// A PNG (ISO/IEC 15948) of one bit per pixel; `scale` pixels for a module, from 1 to 64.
    package func png(scale: Int) -> [UInt8] {
        precondition((1...64).contains(scale))
        let side = (width + 2 * Self.quietZone) * scale
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        // Depth 1, greyscale, deflate, the usual filters, not interlaced.
        let header = Self.bytes(UInt32(side)) + Self.bytes(UInt32(side)) + [1, 0, 0, 0, 0]
        return signature + Self.chunk("IHDR", header)
            + Self.chunk("IDAT", Self.compressed(pixels(scale: scale, side: side)))
            + Self.chunk("IEND", [])
    }

    /// Every row after a zero, which stands for no filter; a set bit is light.
    private func pixels(scale: Int, side: Int) -> [UInt8] {
        let rowBytes = (side + 7) / 8
        var pixels: [UInt8] = []
        pixels.reserveCapacity(side * (rowBytes + 1))
        for row in -Self.quietZone..<width + Self.quietZone {
            var bits = [UInt8](repeating: 0, count: rowBytes)
            for column in -Self.quietZone..<width + Self.quietZone where !self[column, row] {
                let first = (column + Self.quietZone) * scale
                for pixel in first..<first + scale { bits[pixel / 8] |= 0x80 >> (pixel % 8) }
            }
            for _ in 0..<scale { pixels.append(0); pixels.append(contentsOf: bits) }
        }
        return pixels
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(type.utf8) + data
        let sum = body.withUnsafeBufferPointer {
            crc32(0, $0.baseAddress, UInt32($0.count))
        }
        return bytes(UInt32(data.count)) + body + bytes(UInt32(truncatingIfNeeded: sum))
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(UInt(bytes.count))
        let compressed = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, used in
            let status = compress2(
                buffer.baseAddress,
                &count,
                bytes,
                UInt(bytes.count),
                Z_BEST_COMPRESSION
            )
            precondition(status == Z_OK, "there is room for everything")
            used = Int(count)
        }
        return compressed
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
