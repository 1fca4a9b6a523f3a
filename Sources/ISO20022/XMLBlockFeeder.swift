/// What reads an XML file: follows its elements, and gives up when nothing of the file can count.
protocol XMLFileDocument: XMLEventReceiver {
    /// Whoever gives up stops it.
    var parser: XMLPushParser? { get set }
    var hasGivenUp: Bool { get }

    /// Gives up: nothing that was read counts.
    func abandon(_ problem: FormatProblem, line: Int)

    /// Hears the raw bytes of what could not be understood, from the block in which that began.
    func bytesSkipped(_ bytes: UnsafeRawBufferPointer)
}

extension XMLFileDocument {
    /// Most documents ask for no schema.
    func schemaViolated(_ fault: SchemaFault, line: Int) {}
}

/// Feeds a file to its document: as UTF-8, within the limits, and in blocks of one size, so that
/// results cannot depend on how the bytes arrived.
final class XMLBlockFeeder {
    private let document: any XMLFileDocument
    private let parser: XMLPushParser
    private let limits: PaymentFileLimits
    private let block = BlockBuffer()
    private var bytesTaken = 0
    private var transcoder: FileTranscoder?
    /// The encoding that the file is read in, once its first block has come.
    private(set) var encoding = TextEncoding.utf8

    init(limits: PaymentFileLimits, document: any XMLFileDocument) {
        let parser = XMLPushParser(limits: limits, receiver: document)
        document.parser = parser
        self.document = document
        self.parser = parser
        self.limits = limits
    }

    /// Takes the next bytes of the file, any number of them.
    func feed(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable {
            feed(UnsafeRawBufferPointer($0))
        }
        if done == nil { Array(bytes).withUnsafeBytes { feed($0) } }
    }

    /// Takes the next bytes of the file, any number of them.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        bytesTaken += bytes.count
        if !document.hasGivenUp, bytesTaken > limits.bytes {
            document.abandon(.tooManyBytes(limit: limits.bytes), line: parser.line)
        }
        block.take(bytes) { pass($0, isFirst: $1) }
    }

    /// Ends the file. Call once.
    func finish() {
        guard bytesTaken > 0 else { return document.abandon(.empty, line: 1) }
        block.finish { pass($0, isFirst: $1) }
        guard !document.hasGivenUp else { return }
        do throws(FileTranscoder.Failure) {
            try transcoder?.finish()
            parser.finish()
        } catch {
            document.abandon(.undecodable(encoding), line: error.line)
        }
        if document.hasGivenUp { document.bytesSkipped(block.last) }
    }

    private func pass(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) {
        if !document.hasGivenUp { parse(bytes, isFirst: isFirst) }
        if document.hasGivenUp { document.bytesSkipped(bytes) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer, isFirst: Bool) {
        var text = bytes
        if isFirst {
            switch FileEncoding.detect(bytes) {
            case .known(let found, let skipping):
                text = UnsafeRawBufferPointer(rebasing: bytes[skipping...])
                guard begin(found) else {
                    return document.abandon(.encoding(found: found.name), line: 1)
                }
            case .other(let found): return document.abandon(.encoding(found: found), line: 1)
            case .contradiction(let declared, let found):
                return document.abandon(
                    .encodingContradiction(declared: declared, found: found),
                    line: 1
                )
            }
        }
        do throws(FileTranscoder.Failure) {
            if let transcoder {
                let converted = try transcoder.convert(text)
                converted.withUnsafeBytes { parser.feed($0) }
            } else {
                parser.feed(text)
            }
        } catch {
            return document.abandon(.undecodable(encoding), line: error.line)
        }
        // An unfinished tag or comment makes libxml2 buffer; that must not become the whole file.
        if parser.pendingBytes > limits.markupBytes {
            document.abandon(.markupTooLong(limit: limits.markupBytes), line: parser.line)
        }
    }

    /// False when the system cannot convert from that encoding.
    private func begin(_ found: TextEncoding) -> Bool {
        encoding = found
        guard found != .utf8 else { return true }
        transcoder = FileTranscoder(found)
        return transcoder != nil
    }
}
