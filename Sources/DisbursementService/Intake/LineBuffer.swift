import FoundationEssentials
import ISO20022
import Postgres

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
    var creditorHash: [UInt8]?
    /// `nil` for a line that is refused by itself.
    var creditorKind: CreditorKind?
    var alias: String?
    var amount: Int64 = 0
    var remittance: String?
    /// The requested day, moved to one on which banks are open.
    var executionOn: Day?
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
    private var day: (asked: CalendarDate, open: Day)?

    init(keeper: CreditorKeeper, newID: @escaping () -> UUID) {
        self.keeper = keeper
        self.newID = newID
    }

    /// Takes the reader's next line; nothing of it is kept that is not stored.
    func take(_ found: borrowing PaymentLine) {
        count += 1
        numbering.note(count, block: found.payment, line: found.numberInPayment)
        var line = Line(
            nr: Int32(count),
            id: newID(),
            sourceLine: Int32(clamping: found.sourceLine),
            paymentID: Self.text(found.paymentID, to: 35) ?? "",
            instructionID: Self.text(found.instructionID, to: 35),
            endToEndID: Self.text(found.endToEndID, to: 35) ?? ""
        )
        if found.isRefused {
            line.isRefused = true
            line.refusalCode = found.refusal?.rawValue
        } else {
            fill(&line, from: found)
        }
        lines.append(line)
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

    /// What only a line has that can be paid.
    private func fill(_ line: inout Line, from found: borrowing PaymentLine) {
        guard let amount = found.amountMinorUnits, let account = found.creditor,
            let date = found.executionDate
        else { preconditionFailure("the reader refuses lines that lack one of these") }
        let kept = keeper.kept(account)
        line.creditorName = Self.text(found.creditorName, to: 140) ?? ""
        line.creditorKind = account.kind
        line.creditorMasked = kept.masked
        line.creditorHash = kept.hash
        line.alias = kept.alias
        line.amount = amount
        // Several Ustrd elements come as one text, which may be longer than what a reader gets.
        line.remittance = Self.text(found.remittance, to: 140)
        line.executionOn = openDay(onOrAfter: date)
        line.purpose = Self.text(found.purpose, to: 35) ?? Self.text(found.categoryPurpose, to: 35)
    }

    /// Neighbours mostly ask for the same day.
    private func openDay(onOrAfter date: CalendarDate) -> Day {
        if let day, day.asked == date { return day.open }
        let open = TargetCalendar.openDay(onOrAfter: date)
        let day = Day(daysSince1970: Int32(clamping: open.daysSinceEpoch))
        self.day = (date, day)
        return day
    }

    /// The first characters of a text, which the reader has found to be UTF-8.
    private static func text(_ bytes: PaymentLine.Bytes?, to length: Int) -> String? {
        guard let bytes else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.count > length else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
    }
}
