/// Reads pain.002.001.03 and .10, camt.053.001.02 and .08 and camt.054.001.02 and .08 as a stream:
/// feed it bytes, get events, finish.
///
/// Banks break the schemas of these messages in small ways, so only what carries meaning is looked
/// at: an element that is missing, out of order or unknown is no reason to leave payments
/// unanswered. The form is strict all the same: honestly encoded, well-formed, no DOCTYPE, within the
/// limits.
/// Memory does not grow with the file. Nothing that was told counts when the report has a refusal.
/// Not thread-safe; one reader reads one file.
package final class BankMessageReader {
    private let document: BankDocument
    private let file: XMLBlockFeeder

    /// - Parameter handler: called while feeding, in the order of the file.
    package init(
        limits: BankMessageLimits = BankMessageLimits(),
        handler: @escaping (BankMessageEvent) -> Void
    ) {
        let document = BankDocument(limits: limits.file, handler: handler)
        self.document = document
        file = XMLBlockFeeder(limits: limits.file, document: document)
    }

    /// True once the file is beyond saving; feeding more changes nothing.
    package var hasGivenUp: Bool { document.hasGivenUp }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: some Collection<UInt8>) { file.feed(bytes) }

    /// Takes the next bytes of the file, any number of them.
    package func feed(_ bytes: UnsafeRawBufferPointer) { file.feed(bytes) }

    /// Ends the file and tells what became of it. Call once.
    package func finish() -> BankMessageReport {
        file.finish()
        return BankMessageReport(
            type: document.type,
            messageID: document.messageID,
            count: hasGivenUp ? 0 : document.count,
            refusal: document.refusal
        )
    }
}
