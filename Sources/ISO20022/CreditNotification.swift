/// A camt.054.001.08, written piece by piece: the opening, entries one by one, the closing. Credits to
/// people are debits of the account that it is about. A coin is worth a euro and has cents, so amounts
/// are in euro.
///
/// Names and texts are brought to the basic Latin set; identifiers are cut to what the message takes.
package struct CreditNotification: Sendable {
    /// What is known before the first entry.
    package struct Head: Sendable {
        package let id: String
        package let createdAtMicroseconds: Int64
        package let accountID: String
        package let accountName: String
        package let ownerName: String

        /// - Parameters:
        ///   - id: of message and notification; 1 to 35 characters of the basic Latin set.
        ///   - createdAtMicroseconds: microseconds since 1970.
        ///   - accountID: 1 to 34 characters of the basic Latin set.
        ///   - accountName: written in at most 70 characters.
        package init(
            id: String,
            createdAtMicroseconds: Int64,
            accountID: String,
            accountName: String,
            ownerName: String
        ) {
            self.id = id
            self.createdAtMicroseconds = createdAtMicroseconds
            self.accountID = accountID
            self.accountName = accountName
            self.ownerName = ownerName
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

        /// The subfamily of issued credit transfers, by the bank transaction codes of ISO 20022.
        fileprivate var subfamily: String {
            switch self {
            case .payment: "BOOK"
            case .return: "RRTN"
            case .recall: "RPCR"
            }
        }

        /// A code of the external return reasons of ISO 20022.
        fileprivate var returnReason: String? {
            switch self {
            case .payment: nil
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
        package let reference: String
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

    /// The name space of the message.
    package static let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"

    private let head: Head

    /// Writes the notification with this head.
    package init(_ head: Head) { self.head = head }

    /// From the XML declaration to the account.
    package var opening: String {
        let created = XMLText.dateTime(microsecondsSinceEpoch: head.createdAtMicroseconds)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="\(Self.namespace)"><BkToCstmrDbtCdtNtfctn>
            """
                + XMLText.collected { xml in
                    try xml.element("GrpHdr") {
                        try xml.element("MsgId", head.id)
                        try xml.element("CreDtTm", created)
                    }
                } + "<Ntfctn>"
                + XMLText.collected { xml in
                    try xml.element("Id", head.id)
                    try xml.element("CreDtTm", created)
                    try xml.account(
                        id: head.accountID,
                        name: head.accountName,
                        owner: head.ownerName
                    )
                }
    }

    /// What closes the message.
    package var closing: String { "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>\n" }

    /// One entry.
    package func entry(_ entry: Entry) -> String {
        let isBack = entry.kind.returnReason != nil
        return XMLText.collected { xml in
            try xml.bookedEntry(
                reference: entry.reference,
                minorUnits: isBack ? entry.minorUnits : -entry.minorUnits,
                bookedAtMicroseconds: entry.bookedAtMicroseconds,
                id: entry.id
            ) {
                try xml.element("BkTxCd") {
                    try xml.element("Domn") {
                        try xml.element("Cd", "PMNT")
                        try xml.element("Fmly") {
                            try xml.element("Cd", "ICDT")
                            try xml.element("SubFmlyCd", entry.kind.subfamily)
                        }
                    }
                }
                try xml.element("NtryDtls") {
                    try xml.element("TxDtls") { try writeDetails(of: entry, xml) }
                }
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
        try xml.element("CdtDbtInd", entry.kind.returnReason == nil ? "DBIT" : "CRDT")
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
