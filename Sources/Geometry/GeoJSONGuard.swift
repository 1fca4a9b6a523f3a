/// Refuses bytes that would be costly or dangerous to hand to a JSON decoder.
enum GeoJSONGuard {
    /// Checks size, encoding and nesting in one pass, before anything is decoded.
    ///
    /// Brackets inside strings do not count. Whether brackets match is the decoder's business.
    static func check(_ bytes: [UInt8], limits: GeometryLimits) throws(GeometryRefusal) {
        guard bytes.count <= limits.bytes else {
            throw refusal(.tooManyBytes, "The file has more than \(limits.bytes) bytes.")
        }
        var depth = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if byte == 0 {
                throw refusal(.unreadableJSON, "The file is not JSON in UTF-8: it has a zero byte.")
            }
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inString = true
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > limits.depth {
                    throw refusal(
                        .tooDeeplyNested,
                        "Objects and arrays are nested more than \(limits.depth) levels deep."
                    )
                }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
    }

    private static func refusal(
        _ code: GeometryProblem.Code,
        _ sentence: String
    ) -> GeometryRefusal {
        GeometryRefusal(GeometryProblem(code, sentence))
    }
}
