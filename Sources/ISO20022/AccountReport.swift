/// What camt.053 and camt.054 say of an account before all else.
package struct AccountReportHead: Sendable {
    package let id: String
    package let createdAtMicroseconds: Int64
    package let spanMicroseconds: Range<Int64>?
    package let accountID: String
    package let accountName: String
    package let ownerName: String

    /// - Parameters:
    ///   - id: of the message and of the report in it; 1 to 35 characters of the basic Latin set.
    ///   - createdAtMicroseconds: microseconds since 1970.
    ///   - spanMicroseconds: the moments that it is about, as microseconds since 1970; nil where it is
    ///     not about a period.
    ///   - accountID: 1 to 34 characters of the basic Latin set.
    ///   - accountName: written in at most 70 characters.
    ///   - ownerName: written in at most 70 characters.
    package init(
        id: String,
        createdAtMicroseconds: Int64,
        spanMicroseconds: Range<Int64>?,
        accountID: String,
        accountName: String,
        ownerName: String
    ) {
        self.id = id
        self.createdAtMicroseconds = createdAtMicroseconds
        self.spanMicroseconds = spanMicroseconds
        self.accountID = accountID
        self.accountName = accountName
        self.ownerName = ownerName
    }
}

/// What camt.053 and camt.054 have in common: a message with one report about one account of ours, in
/// euro, whose entries are written one by one.
struct AccountReport: Sendable {
    /// The last part of the name space, such as `camt.053.001.08`.
    let message: String
    /// The element of the message.
    let element: String
    /// The element of the report in it.
    let report: String
    let head: AccountReportHead

    /// The name space of a message.
    static func namespace(_ message: String) -> String {
        "urn:iso:std:iso:20022:tech:xsd:" + message
    }

    /// From the XML declaration to the account; `rest` writes what stands before the first entry.
    func opening(_ rest: (XMLText) throws -> Void) -> String {
        let created = XMLText.dateTime(microsecondsSinceEpoch: head.createdAtMicroseconds)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="\(Self.namespace(message))"><\(element)>
            """
                + XMLText.collected { xml in
                    try xml.element("GrpHdr") {
                        try xml.element("MsgId", head.id)
                        try xml.element("CreDtTm", created)
                    }
                } + "<\(report)>"
                + XMLText.collected { xml in
                    try xml.element("Id", head.id)
                    try xml.element("CreDtTm", created)
                    if let span = head.spanMicroseconds { try write(span, xml) }
                    try writeAccount(xml)
                    try rest(xml)
                }
    }

    /// What closes the message.
    var closing: String { "</\(report)></\(element)></Document>\n" }

    private func write(_ span: Range<Int64>, _ xml: XMLText) throws {
        try xml.element("FrToDt") {
            let (from, until) = (span.lowerBound, span.upperBound)
            try xml.element("FrDtTm", XMLText.dateTime(microsecondsSinceEpoch: from))
            try xml.element("ToDtTm", XMLText.dateTime(microsecondsSinceEpoch: until))
        }
    }

    private func writeAccount(_ xml: XMLText) throws {
        try xml.element("Acct") {
            try xml.element("Id") {
                try xml.element("Othr") { try xml.element("Id", head.accountID) }
            }
            try xml.element("Ccy", "EUR")
            try xml.element("Nm", SEPAText.basicLatin(head.accountName, most: 70))
            try xml.element("Ownr") {
                try xml.element("Nm", SEPAText.basicLatin(head.ownerName, most: 70))
            }
        }
    }
}

extension XMLText {
    /// How many entries there are and what they come to; `rest` writes credits and debits.
    func entryTotals(
        count: Int64,
        netMinorUnits: Int64,
        _ rest: () throws -> Void = {}
    ) throws {
        try element("TxsSummry") {
            try element("TtlNtries") {
                try element("NbOfNtries", String(count))
                try element("TtlNetNtry") {
                    try element("Amt", DecimalAmount.text(abs(netMinorUnits)))
                    try element("CdtDbtInd", Self.side(netMinorUnits))
                }
            }
            try rest()
        }
    }

    /// An entry that is booked; `rest` writes it from its transaction code on. Below zero it is a debit.
    func bookedEntry(
        reference: String,
        minorUnits: Int64,
        bookedAtMicroseconds: Int64,
        id: String,
        _ rest: () throws -> Void
    ) throws {
        try element("Ntry") {
            try element("NtryRef", reference)
            try euros("Amt", abs(minorUnits))
            try element("CdtDbtInd", Self.side(minorUnits))
            try element("Sts") { try element("Cd", "BOOK") }
            let booked = Self.dateTime(microsecondsSinceEpoch: bookedAtMicroseconds)
            try element("BookgDt") { try element("DtTm", booked) }
            try element("ValDt") { try element("DtTm", booked) }
            try element("AcctSvcrRef", id)
            try rest()
        }
    }

    /// A transaction code of our own; at most 35 characters.
    func ownTransactionCode(_ code: String) throws {
        try element("Prtry") {
            try element("Cd", code)
            try element("Issr", "WIJKMUNT")
        }
    }

    /// Below zero is a debit.
    static func side(_ minorUnits: Int64) -> String { minorUnits < 0 ? "DBIT" : "CRDT" }
}
