/// A camt.053.001.08, written piece by piece: the head with the balances, entries one by one, the
/// tail. A coin is worth a euro and has cents, so amounts are in euro.
///
/// Names and texts are brought to the basic Latin set; identifiers must be of it already.
package struct AccountStatement: Sendable {
    /// What is known before the first entry.
    package struct Head: Sendable {
        package let id: String
        package let createdAtMicroseconds: Int64
        package let fromMicroseconds: Int64
        package let untilMicroseconds: Int64
        package let openingDay: CalendarDate
        package let closingDay: CalendarDate
        package let accountID: String
        package let accountName: String
        package let ownerName: String
        package let openingMinorUnits: Int64
        package let closingMinorUnits: Int64
        package let count: Int64

        /// - Parameters:
        ///   - id: of message and statement; 1 to 35 characters of the basic Latin set.
        ///   - createdAtMicroseconds: microseconds since 1970, as are the bounds of the period.
        ///   - openingDay: the day of the opening balance.
        ///   - closingDay: the day of the closing balance.
        ///   - accountID: 1 to 34 characters of the basic Latin set.
        ///   - accountName: written in at most 70 characters.
        ///   - openingMinorUnits: euro cents; below zero is a debit balance.
        ///   - count: how many entries follow.
        package init(
            id: String,
            createdAtMicroseconds: Int64,
            fromMicroseconds: Int64,
            untilMicroseconds: Int64,
            openingDay: CalendarDate,
            closingDay: CalendarDate,
            accountID: String,
            accountName: String,
            ownerName: String,
            openingMinorUnits: Int64,
            closingMinorUnits: Int64,
            count: Int64
        ) {
            self.id = id
            self.createdAtMicroseconds = createdAtMicroseconds
            self.fromMicroseconds = fromMicroseconds
            self.untilMicroseconds = untilMicroseconds
            self.openingDay = openingDay
            self.closingDay = closingDay
            self.accountID = accountID
            self.accountName = accountName
            self.ownerName = ownerName
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

    /// The name space of the message.
    package static let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

    private let head: Head

    /// Writes the statement with this head.
    package init(_ head: Head) { self.head = head }

    /// From the XML declaration to the balances.
    package var opening: String {
        let created = XMLText.dateTime(microsecondsSinceEpoch: head.createdAtMicroseconds)
        let isCredit = head.closingMinorUnits >= head.openingMinorUnits
        let movement = DecimalAmount.text(abs(head.closingMinorUnits - head.openingMinorUnits))
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="\(Self.namespace)"><BkToCstmrStmt>
            """
                + XMLText.collected { xml in
                    try xml.element("GrpHdr") {
                        try xml.element("MsgId", head.id)
                        try xml.element("CreDtTm", created)
                    }
                } + "<Stmt>"
                + XMLText.collected { xml in
                    try xml.element("Id", head.id)
                    try xml.element("CreDtTm", created)
                    try xml.element("FrToDt") {
                        let (from, until) = (head.fromMicroseconds, head.untilMicroseconds)
                        try xml.element("FrDtTm", XMLText.dateTime(microsecondsSinceEpoch: from))
                        try xml.element("ToDtTm", XMLText.dateTime(microsecondsSinceEpoch: until))
                    }
                    try xml.account(
                        id: head.accountID,
                        name: head.accountName,
                        owner: head.ownerName
                    )
                    try writeBalance("OPBD", head.openingMinorUnits, head.openingDay, xml)
                    try writeBalance("CLBD", head.closingMinorUnits, head.closingDay, xml)
                    try xml.element("TxsSummry") {
                        try xml.element("TtlNtries") {
                            try xml.element("NbOfNtries", String(head.count))
                            try xml.element("TtlNetNtry") {
                                try xml.element("Amt", movement)
                                try xml.element("CdtDbtInd", isCredit ? "CRDT" : "DBIT")
                            }
                        }
                    }
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
                try xml.element("BkTxCd") {
                    try xml.element("Prtry") {
                        try xml.element("Cd", entry.kind)
                        try xml.element("Issr", "WIJKMUNT")
                    }
                }
                try writeDetails(of: entry, xml)
            }
        }
    }

    /// What closes the message.
    package var closing: String { "</Stmt></BkToCstmrStmt></Document>\n" }

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
            try xml.element("CdtDbtInd", minorUnits < 0 ? "DBIT" : "CRDT")
            try xml.element("Dt") { try xml.element("Dt", day.description) }
        }
    }

    private func writeDetails(of entry: Entry, _ xml: XMLText) throws {
        try xml.element("NtryDtls") {
            try xml.element("TxDtls") {
                try xml.element("Refs") { try xml.element("AcctSvcrRef", entry.id) }
                try xml.euros("Amt", abs(entry.minorUnits))
                try xml.element("CdtDbtInd", entry.minorUnits < 0 ? "DBIT" : "CRDT")
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
