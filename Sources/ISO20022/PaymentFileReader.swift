/// Reads pain.001.001.03 and pain.001.001.09 as a stream: feed it bytes, get events, finish.
///
/// Memory does not grow with the file. All problems of a well-formed file are found at once; a
/// file that is not well-formed, is too large or hides something (DOCTYPE) has one finding, FF01,
/// and nothing that was read of it counts. Not thread-safe; one reader reads one file.
package final class PaymentFileReader {
    private let document: PaymentDocument
    private let file: XMLBlockFeeder

    /// Reads without making a value of anything: for files of any size.
    ///
    /// - Parameters:
    ///   - line: called for each line while feeding, in the order of the file.
    ///   - refusedPayment: called at the end of each block that is refused for what it says itself.
    package init(
        limits: PaymentFileLimits = PaymentFileLimits(),
        line: @escaping (borrowing PaymentLine) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) {
        let sink = PaymentSink(line: { found, _ in line(found) }, refusedPayment: refusedPayment)
        document = PaymentDocument(limits: limits, sink: sink)
        file = XMLBlockFeeder(limits: limits, document: document)
    }

    /// Reads into values.
    ///
    /// - Parameter handler: called while feeding, in the order of the file.
    package init(
        limits: PaymentFileLimits = PaymentFileLimits(),
        handler: @escaping (PaymentFileEvent) -> Void
    ) {
        document = PaymentDocument(limits: limits, sink: PaymentSink(handler: handler))
        file = XMLBlockFeeder(limits: limits, document: document)
    }

    /// True once the file is beyond saving; what is fed from then on counts for the hash only.
    package var hasGivenUp: Bool { document.hasGivenUp }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: some Collection<UInt8>) { file.feed(bytes) }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) { file.feed(bytes) }

    /// Ends the file and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        file.finish()
        return document.report(encoding: file.encoding)
    }
}
