/// A camt.054.001.08, written piece by piece: the opening, entries one by one, the closing. Credits to
/// people are debits of the account that it is about. A coin is worth a euro and has cents, so amounts
/// are in euro.
///
/// Names and texts are brought to the basic Latin set; identifiers are cut to what the message takes.
package struct CreditNotification: Sendable {
    /// What all entries come to, where that is known before the first one.
    package struct Totals: Sendable, Equatable {
        package let creditCount: Int64
        package let creditMinorUnits: Int64
        package let debitCount: Int64
        package let debitMinorUnits: Int64

        /// - Parameters:
        ///   - creditMinorUnits: euro cents, not below zero.
        ///   - debitMinorUnits: euro cents, not below zero.
        package init(
            creditCount: Int64,
            creditMinorUnits: Int64,
            debitCount: Int64,
            debitMinorUnits: Int64
        ) {
            self.creditCount = creditCount
            self.creditMinorUnits = creditMinorUnits
            self.debitCount = debitCount
            self.debitMinorUnits = debitMinorUnits
        }
    }

    /// What moved.
    package enum Kind: Sendable {
        /// Paid out; when it reached its receiver, in microseconds since 1970, once it has.
        case payment(arrivedAtMicroseconds: Int64?)
        /// Nobody came for it.
        case `return`
        /// Taken back from its receiver.
        case recall
        /// Anything else, by the name that we have for it; at most 35 characters.
        case other(String, isCredit: Bool)

        /// Whether it is a credit of the account.
        fileprivate var isCredit: Bool {
            switch self {
            case .payment: false
            case .return, .recall: true
            case .other(_, let isCredit): isCredit
            }
        }

        /// The subfamily of issued credit transfers, by the bank transaction codes of ISO 20022.
        fileprivate var subfamily: String? {
            switch self {
            case .payment: "BOOK"
            case .return: "RRTN"
            case .recall: "RPCR"
            case .other: nil
            }
        }

        /// A code of the external return reasons of ISO 20022.
        fileprivate var returnReason: String? {
            switch self {
            case .payment, .other: nil
            case .return: "BE06"
            case .recall: "FOCR"
            }
        }
    }

    /// What the payment file said of a line, in its own words.
    package struct References: Sendable {
        package let messageID: String?
        package let paymentID: String?
        package let instructionID: String?
        package let endToEndID: String?

        /// Those that are empty are left out.
        package init(
            messageID: String?,
            paymentID: String?,
            instructionID: String?,
            endToEndID: String?
        ) {
            self.messageID = messageID
            self.paymentID = paymentID
            self.instructionID = instructionID
            self.endToEndID = endToEndID
        }
    }

    /// One entry.
    package struct Entry: Sendable {
        /// Its number; at most 35 characters.
        package var reference: String
        package let id: String
        package let kind: Kind
        package let minorUnits: Int64
        package let bookedAtMicroseconds: Int64
        package let references: References
        package let creditorName: String
        package let remittance: String?

        /// - Parameters:
        ///   - reference: at most 35 characters.
        ///   - id: of the transfer; at most 35 characters of the basic Latin set.
        ///   - minorUnits: euro cents, above zero.
        ///   - creditorName: written in at most 140 characters; empty when it is not known any more.
        ///   - remittance: written in at most 140 characters.
        package init(
            reference: String,
            id: String,
            kind: Kind,
            minorUnits: Int64,
            bookedAtMicroseconds: Int64,
            references: References,
            creditorName: String,
            remittance: String?
        ) {
            self.reference = reference
            self.id = id
            self.kind = kind
            self.minorUnits = minorUnits
            self.bookedAtMicroseconds = bookedAtMicroseconds
            self.references = references
            self.creditorName = creditorName
            self.remittance = remittance
        }
    }

    private static let message = "camt.054.001.08"
    /// The name space of the message.
    package static let namespace = AccountReport.namespace(message)

    private let report: AccountReport
    private let totals: Totals?

    /// Writes the notification with this head, and with totals where they are known.
    package init(_ head: AccountReportHead, totals: Totals? = nil) {
        report = AccountReport(
            message: Self.message,
            element: "BkToCstmrDbtCdtNtfctn",
            report: "Ntfctn",
            head: head
        )
        self.totals = totals
    }

    /// From the XML declaration to the account and the totals.
    package var opening: String {
        report.opening { xml in
            if let totals { try write(totals, xml) }
        }
    }

    /// What closes the message.
    package var closing: String { report.closing }

    /// One entry.
    package func entry(_ entry: Entry) -> String {
        XMLText.collected { xml in
            try xml.bookedEntry(
                reference: entry.reference,
                minorUnits: entry.kind.isCredit ? entry.minorUnits : -entry.minorUnits,
                bookedAtMicroseconds: entry.bookedAtMicroseconds,
                id: entry.id
            ) {
                try xml.element("BkTxCd") { try writeCode(of: entry.kind, xml) }
                try xml.element("NtryDtls") {
                    try xml.element("TxDtls") { try writeDetails(of: entry, xml) }
                }
            }
        }
    }

    private func write(_ totals: Totals, _ xml: XMLText) throws {
        let (credits, debits) = (totals.creditMinorUnits, totals.debitMinorUnits)
        try xml.entryTotals(
            count: totals.creditCount + totals.debitCount,
            netMinorUnits: credits - debits
        ) {
            try xml.element("TtlCdtNtries") {
                try xml.element("NbOfNtries", String(totals.creditCount))
                try xml.element("Sum", DecimalAmount.text(credits))
            }
            try xml.element("TtlDbtNtries") {
                try xml.element("NbOfNtries", String(totals.debitCount))
                try xml.element("Sum", DecimalAmount.text(debits))
            }
        }
    }

    private func writeCode(of kind: Kind, _ xml: XMLText) throws {
        if case .other(let name, _) = kind { return try xml.ownTransactionCode(name) }
        try xml.element("Domn") {
            try xml.element("Cd", "PMNT")
            try xml.element("Fmly") {
                try xml.element("Cd", "ICDT")
                try xml.optional("SubFmlyCd", kind.subfamily)
            }
        }
    }

    private func writeDetails(of entry: Entry, _ xml: XMLText) throws {
        try xml.element("Refs") {
            try xml.optional("MsgId", Self.reference(entry.references.messageID))
            try xml.element("AcctSvcrRef", entry.id)
            try xml.optional("PmtInfId", Self.reference(entry.references.paymentID))
            try xml.optional("InstrId", Self.reference(entry.references.instructionID))
            try xml.optional("EndToEndId", Self.reference(entry.references.endToEndID))
        }
        try xml.euros("Amt", entry.minorUnits)
        try xml.element("CdtDbtInd", entry.kind.isCredit ? "CRDT" : "DBIT")
        let name = SEPAText.basicLatin(entry.creditorName, most: 140)
        if !name.isEmpty {
            try xml.element("RltdPties") {
                try xml.element("Cdtr") {
                    try xml.element("Pty") { try xml.element("Nm", name) }
                }
            }
        }
        let remittance = SEPAText.basicLatin(entry.remittance ?? "", most: 140)
        if !remittance.isEmpty {
            try xml.element("RmtInf") { try xml.element("Ustrd", remittance) }
        }
        if case .payment(let arrivedAt?) = entry.kind {
            let arrived = XMLText.dateTime(microsecondsSinceEpoch: arrivedAt)
            try xml.element("RltdDts") { try xml.element("TxDtTm", arrived) }
        }
        if let reason = entry.kind.returnReason {
            try xml.element("RtrInf") {
                try xml.element("Rsn") { try xml.element("Cd", reason) }
            }
        }
    }

    /// Repeats the original's own words, as far as the message has room.
    private static func reference(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(35)))
    }
}
