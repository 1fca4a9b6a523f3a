import Domain
import FoundationEssentials
import ISO20022
import Postgres

/// Lines of a payment file as they are stored, column by column: no account number, only its keyed hash.
struct LineSet: Sendable {
    var nr = ArrayColumn<Int32>()
    var id = ArrayColumn<UUID>()
    var sourceLine = ArrayColumn<Int32>()
    var paymentID = ArrayColumn<String>()
    var instructionID = ArrayColumn<String>()
    var endToEndID = ArrayColumn<String>()
    var creditorName = ArrayColumn<String>()
    var creditorMasked = ArrayColumn<String>()
    /// Of an IBAN, or of whatever the creditor is named by that is no alias.
    var creditorHash = ArrayColumn<[UInt8]>()
    /// NULL for a line that is refused by itself.
    var creditorKind = ArrayColumn<String>()
    var alias = ArrayColumn<String>()
    var amount = ArrayColumn<Int64>()
    var remittance = ArrayColumn<String>()
    /// The requested day, moved to one on which banks are open.
    var executionOn = ArrayColumn<Day>()
    /// Purpose code of the line, or else category purpose code.
    var purpose = ArrayColumn<String>()
    /// Set for a line that is refused by itself.
    var refusalCode = ArrayColumn<String>()
    var isRefused = ArrayColumn<Bool>()

    var count: Int { nr.count }

    /// Adds what every line has. What only a line has that can be paid follows.
    mutating func begin(_ nr: Int, _ id: UUID, _ found: borrowing PaymentLine) {
        self.nr.append(Int32(nr))
        self.id.append(id)
        sourceLine.append(Int32(clamping: found.sourceLine))
        paymentID.append(utf8: Self.cut(found.paymentID, to: 35) ?? Self.empty)
        instructionID.append(utf8: Self.cut(found.instructionID, to: 35))
        endToEndID.append(utf8: Self.cut(found.endToEndID, to: 35) ?? Self.empty)
        isRefused.append(found.isRefused)
    }

    /// Ends a line of which nothing else is kept.
    mutating func refuse(_ found: borrowing PaymentLine) {
        refusalCode.append(found.refusal?.rawValue)
        creditorName.append(utf8: Self.empty)
        creditorMasked.append(utf8: Self.empty)
        creditorHash.append(nil)
        creditorKind.append(nil)
        alias.append(nil)
        amount.append(0)
        remittance.append(nil)
        executionOn.append(nil)
        purpose.append(nil)
    }

    /// Ends a line that can be paid.
    mutating func pay(
        _ amount: Int64,
        _ kind: CreditorKind,
        _ kept: CreditorKeeper.Kept,
        on day: Day,
        _ found: borrowing PaymentLine
    ) {
        refusalCode.append(nil)
        creditorName.append(utf8: Self.cut(found.creditorName, to: 140) ?? Self.empty)
        creditorMasked.append(kept.masked)
        creditorHash.append(kept.hash)
        creditorKind.append(kind.rawValue)
        alias.append(kept.alias)
        self.amount.append(amount)
        // Several Ustrd elements come as one text, which may be longer than what a reader gets.
        remittance.append(utf8: Self.cut(found.remittance, to: 140))
        executionOn.append(day)
        purpose.append(utf8: Self.cut(found.purpose ?? found.categoryPurpose, to: 35))
    }

    private static var empty: PaymentLine.Bytes { PaymentLine.Bytes(start: nil, count: 0) }

    /// The first characters of a text, which the reader has found to be UTF-8.
    private static func cut(_ bytes: PaymentLine.Bytes?, to length: Int) -> PaymentLine.Bytes? {
        guard let bytes, bytes.count > length else { return bytes }
        // Every character has one byte that does not continue another.
        var left = length
        let end = bytes.firstIndex { byte in
            guard byte & 0xC0 != 0x80 else { return false }
            left -= 1
            return left < 0
        }
        return end.map { PaymentLine.Bytes(rebasing: bytes[..<$0]) } ?? bytes
    }
}
