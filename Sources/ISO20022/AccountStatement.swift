/// A camt.053.001.08, written piece by piece: the head with the balances, entries one by one, the
/// tail. A coin is worth a euro and has cents, so amounts are in euro.
///
/// Names and texts are brought to the basic Latin set; identifiers must be of it already.
package struct AccountStatement: Sendable {
    /// What is known before the first entry.
    package struct Head: Sendable {
        package let report: AccountReportHead
        package let openingDay: CalendarDate
        package let closingDay: CalendarDate
        package let openingMinorUnits: Int64
        package let closingMinorUnits: Int64
        package let count: Int64

        /// - Parameters:
        ///   - report: what it shares with other messages.
        ///   - openingDay: the day of the opening balance.
        ///   - closingDay: the day of the closing balance.
        ///   - openingMinorUnits: euro cents; below zero is a debit balance.
        ///   - count: how many entries follow.
        package init(
            _ report: AccountReportHead,
            openingDay: CalendarDate,
            closingDay: CalendarDate,
            openingMinorUnits: Int64,
            closingMinorUnits: Int64,
            count: Int64
        ) {
            self.report = report
            self.openingDay = openingDay
            self.closingDay = closingDay
            self.openingMinorUnits = openingMinorUnits
            self.closingMinorUnits = closingMinorUnits
            self.count = count
        }
    }

    /// VAT at one rate within an entry.
    package struct VAT: Sendable {
        package let rateBasisPoints: Int
        package let minorUnits: Int64

        /// - Parameters:
        ///   - rateBasisPoints: percents times a hundred.
        ///   - minorUnits: euro cents, not below zero.
        package init(rateBasisPoints: Int, minorUnits: Int64) {
            self.rateBasisPoints = rateBasisPoints
            self.minorUnits = minorUnits
        }
    }

    /// One posting.
    package struct Entry: Sendable {
        package let reference: String
        package let id: String
        package let minorUnits: Int64
        package let bookedAtMicroseconds: Int64
        package let kind: String
        package let remittance: String?
        package let vat: [VAT]

        /// - Parameters:
        ///   - reference: its number on the account; at most 35 characters.
        ///   - id: of the transfer; at most 35 characters of the basic Latin set.
        ///   - minorUnits: euro cents; below zero is a debit.
        ///   - kind: what it was for; at most 35 characters.
        ///   - remittance: written in at most 140 characters.
        package init(
            reference: String,
            id: String,
            minorUnits: Int64,
            bookedAtMicroseconds: Int64,
            kind: String,
            remittance: String?,
            vat: [VAT]
        ) {
            self.reference = reference
            self.id = id
            self.minorUnits = minorUnits
            self.bookedAtMicroseconds = bookedAtMicroseconds
            self.kind = kind
            self.remittance = remittance
            self.vat = vat
        }
    }

    private static let message = "camt.053.001.08"
    /// The name space of the message.
    package static let namespace = AccountReport.namespace(message)

    private let head: Head
    private let report: AccountReport

    /// Writes the statement with this head.
    package init(_ head: Head) {
        self.head = head
        report = AccountReport(
            message: Self.message,
            element: "BkToCstmrStmt",
            report: "Stmt",
            head: head.report
        )
    }

    /// From the XML declaration to the balances.
    package var opening: String {
        report.opening { xml in
            try writeBalance("OPBD", head.openingMinorUnits, head.openingDay, xml)
            try writeBalance("CLBD", head.closingMinorUnits, head.closingDay, xml)
            try xml.entryTotals(
                count: head.count,
                netMinorUnits: head.closingMinorUnits - head.openingMinorUnits
            )
        }
    }

    /// One entry.
    package func entry(_ entry: Entry) -> String {
        XMLText.collected { xml in
            try xml.bookedEntry(
                reference: entry.reference,
                minorUnits: entry.minorUnits,
                bookedAtMicroseconds: entry.bookedAtMicroseconds,
                id: entry.id
            ) {
                try xml.element("BkTxCd") { try xml.ownTransactionCode(entry.kind) }
                try writeDetails(of: entry, xml)
            }
        }
    }

    /// What closes the message.
    package var closing: String { report.closing }

    private func writeBalance(
        _ code: String,
        _ minorUnits: Int64,
        _ day: CalendarDate,
        _ xml: XMLText
    ) throws {
        try xml.element("Bal") {
            try xml.element("Tp") {
                try xml.element("CdOrPrtry") { try xml.element("Cd", code) }
            }
            try xml.euros("Amt", abs(minorUnits))
            try xml.element("CdtDbtInd", XMLText.side(minorUnits))
            try xml.element("Dt") { try xml.element("Dt", day.description) }
        }
    }

    private func writeDetails(of entry: Entry, _ xml: XMLText) throws {
        try xml.element("NtryDtls") {
            try xml.element("TxDtls") {
                try xml.element("Refs") { try xml.element("AcctSvcrRef", entry.id) }
                try xml.euros("Amt", abs(entry.minorUnits))
                try xml.element("CdtDbtInd", XMLText.side(entry.minorUnits))
                if let remittance = entry.remittance.map({ SEPAText.basicLatin($0, most: 140) }),
                    !remittance.isEmpty
                {
                    try xml.element("RmtInf") { try xml.element("Ustrd", remittance) }
                }
                if !entry.vat.isEmpty {
                    try xml.element("Tax") {
                        for vat in entry.vat { try write(vat, xml) }
                    }
                }
            }
        }
    }

    private func write(_ vat: VAT, _ xml: XMLText) throws {
        try xml.element("Rcrd") {
            try xml.element("Tp", "VAT")
            try xml.element("TaxAmt") {
                try xml.element("Rate", DecimalAmount.text(Int64(vat.rateBasisPoints)))
                try xml.euros("TtlAmt", vat.minorUnits)
            }
        }
    }
}
