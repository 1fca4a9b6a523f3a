/// Why a list cannot be read in any encoding.
struct EncodingRefused: Error {
    let problem: FormatProblem
}

/// Finds out in which encoding a CSV file is, and never by guessing.
///
/// A file without a mark or a declaration is UTF-8. Where a cell cannot be UTF-8 and nothing before it
/// was more than ASCII, the whole file is windows-1252, as spreadsheets write it. A cell that
/// contradicts what is known by then refuses the file.
struct CellDecoder {
    private let declared: TextEncoding?
    private(set) var encoding = TextEncoding.utf8
    /// The encoding of the whole file, when it is to be converted before it is split.
    private(set) var transcoded: TextEncoding?
    /// Line of the first cell that showed more than ASCII.
    private var decidedAt: Int?
    private let windows = FileTranscoder(.windows1252)

    init(declared: TextEncoding?) {
        self.declared = declared
    }

    /// The encoding that the file has without naming it, where that is not UTF-8.
    var recognised: (TextEncoding, line: Int)? {
        guard encoding == .windows1252, transcoded == nil, let decidedAt else { return nil }
        return (encoding, decidedAt)
    }

    /// Looks at the first bytes.
    ///
    /// - Returns: how many of them are a byte order mark.
    mutating func begin(_ bytes: UnsafeRawBufferPointer) -> Result<Int, EncodingRefused> {
        let found = FileEncoding.detect(bytes)
        switch found {
        case .other(let name), .contradiction(_, let name):
            return .failure(EncodingRefused(problem: .encoding(found: name)))
        case .known(let marked, let skipping):
            guard skipping == 0 || declared == nil || declared == marked else {
                let problem = FormatProblem.encodingContradiction(
                    declared: declared?.name ?? "",
                    found: marked.name
                )
                return .failure(EncodingRefused(problem: problem))
            }
            encoding = skipping == 0 ? declared ?? marked : marked
            if encoding != .utf8 { transcoded = encoding }
            return .success(skipping)
        }
    }

    /// The text of a cell that is not ASCII.
    mutating func decode(
        _ cell: UnsafeBufferPointer<UInt8>,
        line: Int
    ) -> Result<String, EncodingRefused> {
        let utf8 = String(validating: cell, as: UTF8.self)
        if decidedAt == nil {
            decidedAt = line
            if utf8 == nil, declared == nil { encoding = .windows1252 }
        }
        if encoding == .windows1252, transcoded == nil {
            let bytes = try? windows?.convert(cell)
            guard utf8 == nil, let bytes else { return .failure(refusal(line)) }
            return .success(String(decoding: bytes, as: UTF8.self))
        }
        return utf8.map { .success($0) } ?? .failure(refusal(line))
    }

    private func refusal(_ line: Int) -> EncodingRefused {
        EncodingRefused(
            problem: declared.map { .undecodable($0) } ?? .mixedEncoding(line: line)
        )
    }
}
