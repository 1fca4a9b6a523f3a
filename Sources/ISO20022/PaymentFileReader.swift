/// Reads pain.001.001.03 and pain.001.001.09 as a stream: feed it bytes, get events, finish.
///
/// Memory does not grow with the file. All problems of a well-formed file are found at once; a
/// file that is not well-formed, is too large or hides something (DOCTYPE) has one finding, FF01,
/// and nothing that was read of it counts. Not thread-safe; one reader reads one file.
package final class PaymentFileReader {
    private let document: PaymentDocument
    private let file: XMLBlockFeeder

    /// - Parameter handler: called while feeding, in the order of the file.
    package init(
        limits: PaymentFileLimits = PaymentFileLimits(),
        handler: @escaping (PaymentFileEvent) -> Void
    ) {
        let document = PaymentDocument(limits: limits, handler: handler)
        self.document = document
        file = XMLBlockFeeder(limits: limits, document: document)
    }

    /// True once the file is beyond saving; feeding more changes nothing.
    package var hasGivenUp: Bool { document.hasGivenUp }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: some Collection<UInt8>) { file.feed(bytes) }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) { file.feed(bytes) }

    /// Ends the file and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        file.finish()
        return report
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
