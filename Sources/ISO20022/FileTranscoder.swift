#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Turns the bytes of a file into UTF-8, piece by piece, with the system's iconv.
///
/// Strict: a byte that the encoding does not have ends it. Nothing is replaced or guessed.
final class FileTranscoder {
    /// The bytes are not what the file says they are.
    struct Failure: Error, Equatable {
        /// Line of the file, from 1.
        let line: Int
    }

    let encoding: TextEncoding
    private let conversion: iconv_t
    /// The beginning of a character whose end is in the next piece; at most three bytes.
    private var unfinished: [UInt8] = []
    private var line = 1

    /// Nil when the system does not know the encoding.
    init?(_ encoding: TextEncoding) {
        self.encoding = encoding
        let opened = iconv_open("UTF-8", encoding.name.uppercased())
        // iconv's word for failure is a pointer of minus one.
        guard let opened, Int(bitPattern: opened) != -1 else { return nil }
        conversion = opened
    }

    deinit { iconv_close(conversion) }

    /// The next bytes in UTF-8.
    func convert(_ bytes: some Collection<UInt8>) throws(Failure) -> [UInt8] {
        var input = unfinished + bytes
        if encoding.hasUpperControls, let place = input.firstIndex(where: Self.isUpperControl) {
            line += input[..<place].count { $0 == UInt8(ascii: "\n") }
            throw Failure(line: line)
        }
        // Two bytes of UTF-16 become three of UTF-8, as one of a one-byte encoding may.
        var output = [UInt8](repeating: 0, count: input.count * 3)
        let (read, written, isWrong) = run(&input, &output)
        output.removeLast(output.count - written)
        line += output.count { $0 == UInt8(ascii: "\n") }
        guard !isWrong else { throw Failure(line: line) }
        unfinished = Array(input[read...])
        return output
    }

    /// Throws when the file ends within a character.
    func finish() throws(Failure) {
        guard unfinished.isEmpty else { throw Failure(line: line) }
    }

    private func run(
        _ input: inout [UInt8],
        _ output: inout [UInt8]
    ) -> (read: Int, written: Int, isWrong: Bool) {
        input.withUnsafeMutableBytes { source in
            output.withUnsafeMutableBytes { target in
                var from = source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                var (left, room) = (source.count, target.count)
                let result = iconv(conversion, &from, &left, &to, &room)
                // Only a character that is cut off at the end may be left over.
                let isWrong = result == -1 && errno != EINVAL
                return (source.count - left, target.count - room, isWrong)
            }
        }
    }

    private static func isUpperControl(_ byte: UInt8) -> Bool { (0x80...0x9F).contains(byte) }
}
