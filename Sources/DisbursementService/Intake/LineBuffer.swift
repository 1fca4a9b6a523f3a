import FoundationEssentials
import ISO20022

/// One line of a payment file as it is stored: no account number, only its keyed hash.
struct Line: Sendable {
    let nr: Int32
    let id: UUID
    let sourceLine: Int32
    let paymentID: String
    let instructionID: String?
    let endToEndID: String
    var creditorName = ""
    var creditorMasked = ""
    /// Of an IBAN, or of whatever the creditor is named by that is no alias.
    var ibanHash: [UInt8]?
    /// `nil` for a line that is refused by itself.
    var creditorKind: CreditorKind?
    var alias: String?
    var amount: Int64 = 0
    var remittance: String?
    /// The requested day, moved to one on which banks are open, as `YYYY-MM-DD`.
    var executionOn: String?
    /// Purpose code of the line, or else category purpose code.
    var purpose: String?
    /// Set for a line that is refused by itself.
    var refusalCode: String?
    var isRefused = false
}

/// Turns what the reader finds into numbered lines and keeps them until they are stored.
final class LineBuffer {
    private let keeper: CreditorKeeper
    private let newID: () -> UUID
    private var lines: [Line] = []
    /// Lines taken so far.
    private(set) var count = 0
    private(set) var numbering = LineNumbering()

    init(keeper: CreditorKeeper, newID: @escaping () -> UUID) {
        self.keeper = keeper
        self.newID = newID
    }

    /// Takes the reader's next event.
    func take(_ event: PaymentFileEvent) {
        switch event {
        case .header, .payment: break
        case .creditTransfer(let transfer): lines.append(line(for: transfer))
        case .refusedCreditTransfer(let refused):
            var line = line(at: refused.position)
            line.isRefused = true
            line.refusalCode = refused.findings.first { $0.severity == .refusal }?.code.rawValue
            lines.append(line)
        }
    }

    /// The first `size` lines, when there are so many.
    func nextSet(of size: Int) -> [Line]? {
        guard lines.count >= size else { return nil }
        defer { lines.removeFirst(size) }
        return Array(lines.prefix(size))
    }

    /// What is left; nil when nothing is.
    func rest() -> [Line]? {
        defer { lines = [] }
        return lines.isEmpty ? nil : lines
    }

    private func line(for transfer: CreditTransfer) -> Line {
        var line = line(at: transfer.position)
        line.creditorName = transfer.creditorName
        line.amount = transfer.amountMinorUnits
        // Several Ustrd elements come as one text, which may be longer than what a reader gets.
        line.remittance = transfer.remittance.map { Self.cut($0, to: 140) }
        let day = TargetCalendar.openDay(onOrAfter: transfer.payment.requestedExecutionDate)
        line.executionOn = day.description
        line.purpose = (transfer.purpose ?? transfer.categoryPurpose).map { Self.cut($0, to: 35) }
        let kept = keeper.kept(transfer.creditorAccount)
        line.creditorKind = transfer.creditorAccount.kind
        line.creditorMasked = kept.masked
        line.ibanHash = kept.hash
        line.alias = kept.alias
        return line
    }

    private func line(at position: CreditTransferPosition) -> Line {
        count += 1
        numbering.note(count, at: position.path)
        return Line(
            nr: Int32(count),
            id: newID(),
            sourceLine: Int32(clamping: position.line),
            paymentID: Self.cut(position.paymentID ?? "", to: 35),
            instructionID: position.instructionID.map { Self.cut($0, to: 35) },
            endToEndID: Self.cut(position.endToEndID ?? "", to: 35)
        )
    }

    private static func cut(_ text: String, to length: Int) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }
}
