import Crypto
import FoundationEssentials
import ISO20022

/// Euros that a statement says have arrived, or were taken back by the bank.
struct ToldCredit: Sendable {
    /// What kind of movement it is.
    enum Kind: Sendable {
        case arrived, takenBack

        /// Nil for what is not booked, for what left, and for payments of ours that came back: those
        /// are answers about settlements.
        init?(_ movement: AccountMovement) {
            guard movement.isBooked else { return nil }
            switch (movement.isCredit, movement.isReversal) {
            case (true, false) where movement.returnReason == nil: self = .arrived
            case (false, true): self = .takenBack
            default: return nil
            }
        }
    }

    let kind: Kind
    let line: Int32
    let iban: String
    /// Euro cents.
    let amount: Int64
    /// `YYYY-MM-DD`.
    let bookedOn: String?
    /// The bank's own; nil without one that means something.
    let bankReference: String?
    let endToEndID: String?
    let creditorReference: String?
    let remittance: String?
    let payerName: String?
    let payerIBAN: String?
    /// Which of those of its file that look the same, from 1.
    var ordinal = 1

    init(_ movement: AccountMovement, _ kind: Kind, iban: String, amount: Int64) {
        self.kind = kind
        line = Int32(clamping: movement.line)
        self.iban = iban
        self.amount = amount
        bookedOn = movement.bookedOn.flatMap { CalendarDate(xmlDate: $0)?.description }
        bankReference = Self.meaning(movement.bankReference)
        endToEndID = movement.endToEndID
        creditorReference = movement.creditorReference
        remittance = movement.remittance
        payerName = movement.debtorName
        payerIBAN = movement.debtorIBAN
    }

    /// What tells it from all others, whatever file tells of it: account, direction and amount, and the
    /// bank's reference, or else everything that the bank says.
    var identity: [UInt8] {
        let told: [String?] =
            bankReference.map { [$0] } ?? [
                nil, bookedOn, payerIBAN, payerName, endToEndID, creditorReference, remittance,
            ]
        let parts = ["\(kind)", iban, "\(amount)", "\(ordinal)"] + told.map { $0 ?? "\u{1}" }
        var hash = SHA256()
        for part in parts {
            hash.update(data: Array("\(part.utf8.count):\(part)".utf8))
        }
        return [UInt8](hash.finalize())
    }

    /// At most 140 code points, which is how the database counts.
    static func short(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(140)))
    }

    private static func meaning(_ reference: String?) -> String? {
        guard let reference, !["", "NOTPROVIDED", "NONREF"].contains(reference.uppercased())
        else { return nil }
        return Self.short(reference)
    }
}
