/// The message in pieces, so that its size does not matter: the opening; of each block its own
/// opening, its credit transfers and its closing; the closing.
extension PaymentStatusReport {
    /// The whole message.
    package var xml: String {
        let blocks = payments.map { payment in
            opening(of: payment) + payment.transactions.map(text(of:)).joined()
                + Self.paymentClosing
        }
        return opening + blocks.joined() + Self.closing
    }

    /// From the XML declaration to the first block.
    package var opening: String {
        let namespace = PaymentMessageType.namespacePrefix + version.rawValue
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <Document xmlns="\(namespace)"><CstmrPmtStsRpt>
            """
                + XMLText.collected { xml in
                    try xml.element("GrpHdr") {
                        try xml.element("MsgId", Self.max35(messageID))
                        try xml.element(
                            "CreDtTm",
                            XMLText.dateTime(microsecondsSinceEpoch: createdAtMicroseconds)
                        )
                    }
                    try writeOriginal(xml)
                }
    }

    /// What opens a block, up to its first credit transfer.
    package func opening(of payment: Payment) -> String {
        "<OrgnlPmtInfAndSts>"
            + XMLText.collected { xml in
                try xml.element("OrgnlPmtInfId", Self.max35(payment.id))
                try xml.optional("OrgnlNbOfTxs", payment.count.map(String.init))
                try xml.optional(
                    "OrgnlCtrlSum",
                    payment.controlSumMinorUnits.map(DecimalAmount.text)
                )
                try xml.optional("PmtInfSts", payment.status?.rawValue)
                try write(payment.reasons, xml)
            }
    }

    /// One credit transfer.
    package func text(of transaction: Transaction) -> String {
        XMLText.collected { xml in
            try xml.element("TxInfAndSts") {
                try xml.optional("OrgnlInstrId", transaction.instructionID.map(Self.max35))
                try xml.optional("OrgnlEndToEndId", transaction.endToEndID.map(Self.max35))
                try xml.element("TxSts", status(transaction.status))
                try write(transaction.reasons, xml)
                if let amount = transaction.amountMinorUnits {
                    try xml.element("OrgnlTxRef") {
                        try xml.element("Amt") { try xml.euros("InstdAmt", amount) }
                    }
                }
            }
        }
    }

    /// What closes a block.
    package static let paymentClosing = "</OrgnlPmtInfAndSts>"

    /// What closes the message.
    package static let closing = "</CstmrPmtStsRpt></Document>\n"

    private func writeOriginal(_ xml: XMLText) throws {
        try xml.element("OrgnlGrpInfAndSts") {
            try xml.element("OrgnlMsgId", Self.max35(original.messageID))
            try xml.element("OrgnlMsgNmId", Self.max35(original.messageType))
            // Only what really is a date and time may be repeated in a dateTime element.
            try xml.optional(
                "OrgnlCreDtTm",
                original.createdAt.flatMap { CalendarDate(xmlDateTime: $0) == nil ? nil : $0 }
            )
            try xml.optional("OrgnlNbOfTxs", original.count.map(String.init))
            try xml.optional(
                "OrgnlCtrlSum",
                original.controlSumMinorUnits.map(DecimalAmount.text)
            )
            try xml.optional("GrpSts", groupStatus?.rawValue)
            try write(reasons, xml)
        }
    }

    private func write(_ reasons: [Reason], _ xml: XMLText) throws {
        for reason in reasons {
            try xml.element("StsRsnInf") {
                try xml.element("Rsn") { try xml.element("Cd", reason.code.rawValue) }
                var rest = reason.text.unicodeScalars[...]
                while !rest.isEmpty {
                    try xml.element("AddtlInf", String(rest.prefix(105)))
                    rest = rest.dropFirst(105)
                }
            }
        }
    }

    private func status(_ status: TransactionStatus) -> String {
        version == .pain00200103 && status == .ACCC
            ? TransactionStatus.ACSC.rawValue : status.rawValue
    }

    private static func max35(_ text: String) -> String {
        String(text.unicodeScalars.prefix(35))
    }
}
