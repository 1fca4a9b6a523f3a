/// Receives the elements of a pain.001 from the parser.
///
/// The work is done by `PaymentScan`, a struct behind a pointer: these calls come a hundred times
/// for each credit transfer, and checking the exclusive access to an object's properties in them
/// would cost as much as parsing does.
final class PaymentDocument: XMLFileDocument {
    private let scan: UnsafeMutablePointer<PaymentScan>
    weak var parser: XMLPushParser? {
        didSet { scan.pointee.parser = parser }
    }

    init(limits: PaymentFileLimits, sink: PaymentSink) {
        scan = .allocate(capacity: 1)
        scan.initialize(to: PaymentScan(limits: limits, sink: sink))
    }

    deinit {
        scan.deinitialize(count: 1)
        scan.deallocate()
    }

    var hasGivenUp: Bool { scan.pointee.hasGivenUp }

    func abandon(_ problem: FormatProblem, line: Int) { scan.pointee.abandon(problem, line: line) }

    func elementStarted(_ element: XMLElement) { scan.pointee.start(element) }
    func textFound(_ bytes: UnsafeBufferPointer<UInt8>) { scan.pointee.add(bytes) }
    func elementEnded(line: Int) { scan.pointee.end(line: line) }
    func documentTypeFound(line: Int) { abandon(.documentType, line: line) }
    func attributesTooLarge(line: Int) { abandon(.attributesTooLarge, line: line) }
    func parserFailed(_ failure: XMLFailure) {
        abandon(.notWellFormed(failure), line: failure.line)
    }
    func schemaViolated(_ fault: SchemaFault, line: Int) {
        scan.pointee.violate(fault, line: line)
    }
    func bytesSkipped(_ bytes: UnsafeRawBufferPointer) { scan.pointee.digest.raw(bytes) }

    /// What became of the file that was read in that encoding. Call once, at the end.
    func report(encoding: TextEncoding) -> PaymentFileReport {
        scan.pointee.report(encoding: encoding)
    }
}
