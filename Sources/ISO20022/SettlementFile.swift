/// A pain.001.001.09 with which a bank is told to pay merchants: one block, SEPA, shared costs
/// (`SLEV`), amounts in euro.
///
/// Names and texts are brought to the basic Latin set; identifiers are never changed and must
/// travel between banks as they are.
package struct SettlementFile: Sendable {
    /// One payment to a merchant.
    package struct Transfer: Sendable, Equatable {
        package let endToEndID: String
        package let amountMinorUnits: Int64
        package let creditorName: String
        package let creditorIBAN: IBAN
        package let remittance: String?
        package let uetr: String?

        /// - Parameters:
        ///   - endToEndID: 1 to 35 characters of the basic Latin set.
        ///   - amountMinorUnits: euro cents, at least 1.
        ///   - creditorName: written in at most 70 characters.
        ///   - remittance: at most 140 characters.
        ///   - uetr: a version 4 UUID in lower case.
        package init(
            endToEndID: String,
            amountMinorUnits: Int64,
            creditorName: String,
            creditorIBAN: IBAN,
            remittance: String? = nil,
            uetr: String? = nil
        ) {
            self.endToEndID = endToEndID
            self.amountMinorUnits = amountMinorUnits
            self.creditorName = creditorName
            self.creditorIBAN = creditorIBAN
            self.remittance = remittance
            self.uetr = uetr
        }
    }

    /// What a caller must not ask for; nothing is written.
    package enum Fault: Error, Sendable, Equatable {
        /// Without a transfer there is no message.
        case noTransfers
        /// An identifier is empty, too long, or has characters banks do not carry.
        case identifier(element: String)
        /// A name is empty.
        case name(element: String)
        /// Zero, negative, or 2^53 and more.
        case amount(transfer: Int)
        /// The amounts do not fit in 64 bits.
        case sum
        /// More than 140 characters.
        case remittance(transfer: Int)
        /// Not a version 4 UUID in lower case.
        case uetr(transfer: Int)
    }

    package let controlSumMinorUnits: Int64
    private let messageID: String
    private let paymentID: String
    private let createdAt: String
    private let executionDate: CalendarDate
    private let debtorName: String
    private let debtorIBAN: IBAN
    private let debtorBIC: String?
    private let isBatchBooked: Bool
    private let transfers: [Transfer]

    /// - Parameters:
    ///   - messageID: unique for the sender; 1 to 35 characters of the basic Latin set.
    ///   - paymentID: of the one block, same rules.
    ///   - createdAtMicroseconds: microseconds since 1970, UTC.
    ///   - debtorBIC: without it the debtor's bank is written as not provided (IBAN only).
    ///   - isBatchBooked: one booking for all on the statement, or one each.
    /// - Throws: `Fault` before anything is written.
    package init(
        messageID: String,
        paymentID: String,
        createdAtMicroseconds: Int64,
        executionDate: CalendarDate,
        debtorName: String,
        debtorIBAN: IBAN,
        debtorBIC: String? = nil,
        isBatchBooked: Bool = true,
        transfers: [Transfer]
    ) throws(Fault) {
        guard !transfers.isEmpty else { throw .noTransfers }
        guard SEPAText.isIdentifier(messageID) else { throw .identifier(element: "MsgId") }
        guard SEPAText.isIdentifier(paymentID) else { throw .identifier(element: "PmtInfId") }
        guard !Self.name(debtorName).isEmpty else { throw .name(element: "Dbtr") }
        if let debtorBIC, !Self.isBIC(debtorBIC) { throw .identifier(element: "BICFI") }
        var sum: Int64 = 0
        for (index, transfer) in transfers.enumerated() {
            try Self.check(transfer, index)
            let (next, overflow) = sum.addingReportingOverflow(transfer.amountMinorUnits)
            guard !overflow else { throw .sum }
            sum = next
        }
        controlSumMinorUnits = sum
        self.messageID = messageID
        self.paymentID = paymentID
        createdAt = XMLText.dateTime(microsecondsSinceEpoch: createdAtMicroseconds)
        self.executionDate = executionDate
        self.debtorName = debtorName
        self.debtorIBAN = debtorIBAN
        self.debtorBIC = debtorBIC
        self.isBatchBooked = isBatchBooked
        self.transfers = transfers
    }

    /// Whether a name has anything left in the characters that banks carry.
    package static func canCarry(name text: String) -> Bool { !name(text).isEmpty }

    /// The whole message.
    package var xml: String {
        var text = ""
        // A sink that only appends has nothing to throw.
        try? write { text += $0 }
        return text
    }

    /// Hands over the message in small pieces, UTF-8; rethrows what `sink` throws.
    package func write(to sink: (String) throws -> Void) throws {
        try withoutActuallyEscaping(sink) { sink in
            let xml = XMLText(to: sink)
            try xml.document(PaymentMessageType.pain00100109.namespace) {
                try xml.element("CstmrCdtTrfInitn") {
                    try writeHeader(xml)
                    try writePayment(xml)
                }
            }
        }
    }

    private func writeHeader(_ xml: XMLText) throws {
        try xml.element("GrpHdr") {
            try xml.element("MsgId", messageID)
            try xml.element("CreDtTm", createdAt)
            try xml.element("NbOfTxs", String(transfers.count))
            try xml.element("CtrlSum", DecimalAmount.text(controlSumMinorUnits))
            try xml.element("InitgPty") { try xml.element("Nm", Self.name(debtorName)) }
        }
    }

    private func writePayment(_ xml: XMLText) throws {
        try xml.element("PmtInf") {
            try xml.element("PmtInfId", paymentID)
            try xml.element("PmtMtd", "TRF")
            try xml.element("BtchBookg", isBatchBooked ? "true" : "false")
            try xml.element("NbOfTxs", String(transfers.count))
            try xml.element("CtrlSum", DecimalAmount.text(controlSumMinorUnits))
            try xml.element("PmtTpInf") {
                try xml.element("SvcLvl") { try xml.element("Cd", "SEPA") }
            }
            try xml.element("ReqdExctnDt") { try xml.element("Dt", executionDate.description) }
            try xml.element("Dbtr") { try xml.element("Nm", Self.name(debtorName)) }
            try xml.element("DbtrAcct") {
                try xml.element("Id") { try xml.element("IBAN", debtorIBAN.canonical) }
                try xml.element("Ccy", "EUR")
            }
            try xml.element("DbtrAgt") {
                try xml.element("FinInstnId") {
                    if let debtorBIC {
                        try xml.element("BICFI", debtorBIC)
                    } else {
                        try xml.element("Othr") { try xml.element("Id", "NOTPROVIDED") }
                    }
                }
            }
            try xml.element("ChrgBr", "SLEV")
            for transfer in transfers { try write(transfer, xml) }
        }
    }

    private func write(_ transfer: Transfer, _ xml: XMLText) throws {
        try xml.element("CdtTrfTxInf") {
            try xml.element("PmtId") {
                try xml.element("EndToEndId", transfer.endToEndID)
                try xml.optional("UETR", transfer.uetr)
            }
            try xml.element("Amt") { try xml.euros("InstdAmt", transfer.amountMinorUnits) }
            try xml.element("Cdtr") { try xml.element("Nm", Self.name(transfer.creditorName)) }
            try xml.element("CdtrAcct") {
                try xml.element("Id") { try xml.element("IBAN", transfer.creditorIBAN.canonical) }
            }
            if let remittance = transfer.remittance, !remittance.isEmpty {
                try xml.element("RmtInf") {
                    try xml.element("Ustrd", SEPAText.basicLatin(remittance))
                }
            }
        }
    }

    private static func check(_ transfer: Transfer, _ index: Int) throws(Fault) {
        guard SEPAText.isIdentifier(transfer.endToEndID) else {
            throw .identifier(element: "EndToEndId")
        }
        guard (1..<DecimalAmount.limitMinorUnits).contains(transfer.amountMinorUnits) else {
            throw .amount(transfer: index)
        }
        guard !name(transfer.creditorName).isEmpty else { throw .name(element: "Cdtr") }
        if let remittance = transfer.remittance,
            SEPAText.basicLatin(remittance).unicodeScalars.count > 140
        {
            throw .remittance(transfer: index)
        }
        if let uetr = transfer.uetr, !isUETR(uetr) { throw .uetr(transfer: index) }
    }

    /// SEPA allows 70 characters where the schema would take 140.
    private static func name(_ text: String) -> String {
        let latin = SEPAText.basicLatin(text).drop { $0 == " " }.prefix(70)
        return String(latin)
    }

    private static func isBIC(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return [8, 11].contains(bytes.count)
            && bytes.allSatisfy { (65...90).contains($0) || (48...57).contains($0) }
            && bytes[4...5].allSatisfy { (65...90).contains($0) }
    }

    private static func isUETR(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            case 14: byte == UInt8(ascii: "4")
            case 19: "89ab".utf8.contains(byte)
            default: (48...57).contains(byte) || (97...102).contains(byte)
            }
        }
    }
}
