/// Reads pain.001.001.03 and pain.001.001.09 as a stream: feed it bytes, get events, finish.
///
/// Memory does not grow with the file. All problems of a well-formed file are found at once; a
/// file that is not well-formed, is too large or hides something (DOCTYPE) has one finding, FF01,
/// and nothing that was read of it counts. Not thread-safe; one reader reads one file.
package final class PaymentFileReader {
    private let document: PaymentDocument
    private let parser: XMLPushParser
    private let limits: PaymentFileLimits
    // libxml2 gets blocks of one size, so that results cannot depend on how the bytes arrived.
    private var block: [UInt8] = []
    private var bytesTaken = 0
    private var hasStarted = false

    private static let blockSize = 16_384

    /// - Parameter handler: called while feeding, in the order of the file.
    package init(
        limits: PaymentFileLimits = PaymentFileLimits(),
        handler: @escaping (PaymentFileEvent) -> Void
    ) {
        let document = PaymentDocument(limits: limits, handler: handler)
        let parser = XMLPushParser(limits: limits, receiver: document)
        document.parser = parser
        self.document = document
        self.parser = parser
        self.limits = limits
        block.reserveCapacity(Self.blockSize)
    }

    /// True once the file is beyond saving; feeding more changes nothing.
    package var hasGivenUp: Bool { document.fatal != nil }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) {
        guard !hasGivenUp else { return }
        bytesTaken += bytes.count
        guard bytesTaken <= limits.bytes else {
            return document.abandon(.tooManyBytes(limit: limits.bytes), line: parser.line)
        }
        var rest = bytes[...]
        while !rest.isEmpty, !hasGivenUp {
            let part = rest.prefix(Self.blockSize - block.count)
            block.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if block.count == Self.blockSize { passOnBlock() }
        }
    }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable {
            feed(UnsafeRawBufferPointer($0))
        }
        if done == nil { Array(bytes).withUnsafeBytes { feed($0) } }
    }

    /// Ends the file and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        if bytesTaken == 0 {
            document.abandon(.empty, line: 1)
        } else if !hasGivenUp {
            passOnBlock()
            if !hasGivenUp { parser.finish() }
        }
        return report
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

    private var report: PaymentFileReport {
        guard let fatal = document.fatal else {
            let sections = document.sections
            return PaymentFileReport(
                verdict: sections.log.refusals == 0 ? .acceptable : .refused,
                messageType: document.messageType,
                header: sections.header,
                paymentCount: sections.paymentCount,
                transactionCount: sections.totals.count,
                controlSumMinorUnits: sections.totals.sumMinorUnits,
                findings: sections.log.kept,
                omittedFindings: sections.log.omitted
            )
        }
        let finding = Finding(
            level: .file,
            line: fatal.line,
            path: fatal.path,
            explanation: fatal.explanation
        )
        return PaymentFileReport(
            verdict: .refused,
            messageType: document.messageType,
            header: nil,
            paymentCount: 0,
            transactionCount: 0,
            controlSumMinorUnits: 0,
            findings: [finding],
            omittedFindings: 0
        )
    }
}
