import CQREncode
import Synchronization

/// The modules of a QR code (ISO/IEC 18004), without the quiet zone around it.
package struct QRMatrix: Hashable, Sendable {
    /// No version of the code holds so much text.
    package struct TooLong: Error {}

    /// Modules from side to side, 21 to 177.
    package let width: Int
    // Row by row, the top first; true is dark.
    private let modules: [Bool]

    // The library keeps tables that threads would share.
    private static let turn = Mutex(())

    /// The smallest code of a text, correcting 15 % of errors (level M); throws ``TooLong``.
    package init(_ text: String) throws(TooLong) {
        let read: (width: Int, modules: [Bool])? = Self.turn.withLock { _ in
            guard let code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1) else {
                return nil
            }
            defer { QRcode_free(code) }
            let width = Int(code.pointee.width)
            let bytes = UnsafeBufferPointer(start: code.pointee.data, count: width * width)
            return (width, bytes.map { $0 & 1 == 1 })
        }
        guard let read else { throw TooLong() }
        (width, modules) = read
    }

    /// Whether a module is dark; those outside are light.
    package subscript(column: Int, row: Int) -> Bool {
        guard (0..<width).contains(column), (0..<width).contains(row) else { return false }
        return modules[row * width + column]
    }

    /// Light modules that readers need on every side (section 6.3.8).
    static let quietZone = 4
}
