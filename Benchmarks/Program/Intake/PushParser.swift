import CLibXML2
import Foundation

/// libxml2's push parser and nothing else: the first half of the yardstick.
enum PushParser {
    private static let blockSize = 65_536

    /// How long it takes to parse a file once, with no callbacks.
    static func seconds(for path: String) throws -> Double {
        let bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        let start = ContinuousClock.now
        let isWellFormed = withUnsafeMutablePointer(to: &handler) { handler in
            guard let context = xmlCreatePushParserCtxt(handler, nil, nil, 0, nil) else {
                return false
            }
            defer { xmlFreeParserCtxt(context) }
            _ = xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
            bytes.withUnsafeBytes { raw in
                let text = raw.bindMemory(to: CChar.self)
                for offset in stride(from: 0, to: text.count, by: blockSize) {
                    let count = min(blockSize, text.count - offset)
                    _ = xmlParseChunk(
                        context,
                        text.baseAddress?.advanced(by: offset),
                        Int32(count),
                        0
                    )
                }
            }
            _ = xmlParseChunk(context, nil, 0, 1)
            return context.pointee.wellFormed == 1
        }
        guard isWellFormed else { throw BenchmarkFailure("the file is not well-formed") }
        return (ContinuousClock.now - start) / .seconds(1)
    }
}
