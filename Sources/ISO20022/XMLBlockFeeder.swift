/// What reads an XML file: follows its elements, and gives up when nothing of the file can count.
protocol XMLFileDocument: XMLEventReceiver {
    /// Whoever gives up stops it.
    var parser: XMLPushParser? { get set }
    var hasGivenUp: Bool { get }

    /// Gives up: nothing that was read counts.
    func abandon(_ problem: FormatProblem, line: Int)
}

/// Feeds a file to its document: UTF-8 only, within the limits, and in blocks of one size, so that
/// results cannot depend on how the bytes arrived.
final class XMLBlockFeeder {
    private let document: any XMLFileDocument
    private let parser: XMLPushParser
    private let limits: PaymentFileLimits
    private var block: [UInt8] = []
    private var bytesTaken = 0
    private var hasStarted = false

    private static let blockSize = 16_384

    init(limits: PaymentFileLimits, document: any XMLFileDocument) {
        let parser = XMLPushParser(limits: limits, receiver: document)
        document.parser = parser
        self.document = document
        self.parser = parser
        self.limits = limits
        block.reserveCapacity(Self.blockSize)
    }

    /// Takes the next bytes of the file, any number of them; none once the document has given up.
    func feed(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable {
            feed(UnsafeRawBufferPointer($0))
        }
        if done == nil { Array(bytes).withUnsafeBytes { feed($0) } }
    }

    /// Takes the next bytes of the file, any number of them; none once the document has given up.
    func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !document.hasGivenUp else { return }
        bytesTaken += bytes.count
        guard bytesTaken <= limits.bytes else {
            return document.abandon(.tooManyBytes(limit: limits.bytes), line: parser.line)
        }
        var rest = bytes[...]
        while !rest.isEmpty, !document.hasGivenUp {
            let part = rest.prefix(Self.blockSize - block.count)
            block.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if block.count == Self.blockSize { passOnBlock() }
        }
    }

    /// Ends the file. Call once.
    func finish() {
        guard bytesTaken > 0 else { return document.abandon(.empty, line: 1) }
        guard !document.hasGivenUp else { return }
        passOnBlock()
        if !document.hasGivenUp { parser.finish() }
    }

    private func passOnBlock() {
        var start = 0
        if !hasStarted {
            hasStarted = true
            switch FileEncoding.detect(block) {
            case .utf8(let skipping): start = skipping
            case .other(let found): return document.abandon(.encoding(found: found), line: 1)
            }
        }
        block.withUnsafeBufferPointer { parser.feed(.init(rebasing: $0[start...])) }
        block.removeAll(keepingCapacity: true)
        // An unfinished tag or comment makes libxml2 buffer; that must not become the whole file.
        if parser.pendingBytes > limits.markupBytes {
            document.abandon(.markupTooLong(limit: limits.markupBytes), line: parser.line)
        }
    }
}
