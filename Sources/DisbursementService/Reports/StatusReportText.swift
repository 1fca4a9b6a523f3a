import API
import FoundationEssentials
import ISO20022

/// Writes the report of a batch line by line: the opening, each line in the order of the file, the
/// closing. Neighbouring lines of one block belong together.
struct StatusReportText: Sendable {
    /// The report without its blocks.
    let head: PaymentStatusReport
    private let batch: ReportedBatch
    private let refusalsOfLines: [Int: [ReportedBatch.Refusal]]
    private let refusalsOfBlocks: [String: [ReportedBatch.Refusal]]
    /// Lines written so far.
    private(set) var count = 0

    /// The report as the message with this id.
    init(_ batch: ReportedBatch, id: UUID, createdAtMicroseconds: Int64) {
        self.batch = batch
        head = batch.head(id: id, createdAtMicroseconds: createdAtMicroseconds)
        refusalsOfLines = Dictionary(grouping: batch.refusals.filter { $0.nr != nil }) {
            $0.nr ?? 0
        }
        let ofBlocks = batch.refusals.filter { $0.level == .payment && $0.paymentID != nil }
        refusalsOfBlocks = Dictionary(grouping: ofBlocks) { $0.paymentID ?? "" }
    }

    /// From the XML declaration to the first block.
    var opening: String { head.opening }

    /// The next line, with what ends the block before it and begins its own.
    mutating func text(of line: ReportedLine) -> String {
        defer { count += 1 }
        var text = ""
        if batch.outcomes[count].beginsBlock {
            if count > 0 { text += PaymentStatusReport.paymentClosing }
            let found = refusalsOfBlocks[line.paymentID] ?? []
            text += head.opening(of: batch.block(from: count, named: line.paymentID, found))
        }
        let found = refusalsOfLines[Int(line.nr)] ?? []
        return text + head.text(of: batch.transaction(line, at: count, found))
    }

    /// What ends the last block and the message.
    var closing: String {
        (count > 0 ? PaymentStatusReport.paymentClosing : "") + PaymentStatusReport.closing
    }
}
