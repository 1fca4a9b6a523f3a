/// Reads a payment file as a stream, in whatever form it is: feed it bytes, finish.
package protocol PaymentReader: AnyObject {
    /// True once the file is beyond saving; what is fed from then on counts for the hash only.
    var hasGivenUp: Bool { get }

    /// Takes the next bytes of the file, any number of them.
    func feed(_ bytes: UnsafeRawBufferPointer)

    /// Ends the file and tells what became of it. Call once.
    func finish() -> PaymentFileReport
}

extension PaymentFileReader: PaymentReader {}
extension PaymentRowsReader: PaymentReader {}
