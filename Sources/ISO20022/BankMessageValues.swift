/// The messages with which a bank answers, as far as this library reads them.
package enum BankMessageType: String, Sendable, CaseIterable {
    case pain00200103 = "pain.002.001.03"
    case pain00200110 = "pain.002.001.10"
    case camt05300102 = "camt.053.001.02"
    case camt05300108 = "camt.053.001.08"
    case camt05400102 = "camt.054.001.02"
    case camt05400108 = "camt.054.001.08"

    /// The element directly below Document.
    var messageElement: String {
        switch self {
        case .pain00200103, .pain00200110: "CstmrPmtStsRpt"
        case .camt05300102, .camt05300108: "BkToCstmrStmt"
        case .camt05400102, .camt05400108: "BkToCstmrDbtCdtNtfctn"
        }
    }

    var namespace: String { Self.namespacePrefix + rawValue }

    static let namespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"
}

/// What a bank says became of credit transfers that it was told to make (pain.002).
package struct PaymentAnswer: Sendable, Equatable {
    /// What the status is about.
    package enum Scope: Sendable, Equatable {
        /// The original message as a whole.
        case message
        /// One of its blocks.
        case payment
        /// One credit transfer.
        case transfer
    }

    package let scope: Scope
    /// `MsgId` of the original.
    package let originalMessageID: String?
    /// `PmtInfId` of the original block.
    package let originalPaymentID: String?
    /// `EndToEndId` of the original transfer.
    package let originalEndToEndID: String?
    /// Such as `RJCT` or `ACSC`; nil where the bank gives none at this level.
    package let status: String?
    /// Code of the first reason, such as `AC04`.
    package let reason: String?
    /// Euro cents of the original transfer, where the bank repeats them.
    package let amountMinorUnits: Int64?
    /// Line of the source file, from 1.
    package let line: Int
}

/// Money that a statement or notification (camt.053, camt.054) says has moved: one transaction, or
/// an entry that tells no transactions.
package struct AccountMovement: Sendable, Equatable {
    /// The account that the statement is of.
    package let accountIBAN: String?
    /// Identification of the statement or notification.
    package let statementID: String?
    /// The bank's own reference of the transaction, else of the entry.
    package let bankReference: String?
    /// `MsgId` and `PmtInfId` of the order that a debit carries out.
    package let originalMessageID: String?
    package let originalPaymentID: String?
    package let endToEndID: String?
    /// Hundredths; nil when the file does not tell what part of an entry this is.
    package let amountMinorUnits: Int64?
    /// Such as `EUR`.
    package let currency: String?
    /// True when the account grew.
    package let isCredit: Bool
    /// True when the bank takes back what it booked before.
    package let isReversal: Bool
    /// False for what is only announced.
    package let isBooked: Bool
    /// `YYYY-MM-DD`.
    package let bookedOn: String?
    /// Why money came back, such as `AC04`; nil unless it did.
    package let returnReason: String?
    /// Domain, family and sub-family, such as `PMNT-RCDT-RRTN`; absent parts are empty.
    package let transactionCode: String
    /// The other side of a credit.
    package let debtorName: String?
    package let debtorIBAN: String?
    /// Structured creditor reference.
    package let creditorReference: String?
    /// Unstructured text, its lines joined by a space.
    package let remittance: String?
    /// Line of the source file, from 1.
    package let line: Int
}

/// What `BankMessageReader` tells while it is fed.
package enum BankMessageEvent: Sendable, Equatable {
    case answer(PaymentAnswer)
    case movement(AccountMovement)
}

/// What became of a bank's message.
package struct BankMessageReport: Sendable, Equatable {
    /// Nil when the file is not one of these messages.
    package let type: BankMessageType?
    /// `MsgId` of the message itself.
    package let messageID: String?
    /// Answers and movements told.
    package let count: Int
    /// Why nothing of the file counts; nil when it was read to its end.
    package let refusal: BankMessageRefusal?
}

/// Why a bank's message was not read. Carries nothing of the file.
package struct BankMessageRefusal: Sendable, Equatable {
    /// Line of the source file, from 1.
    package let line: Int
    /// English.
    package let text: String
    /// Dutch.
    package let textDutch: String
}

/// Upper bounds of a bank's message; reaching one ends the reading.
package struct BankMessageLimits: Sendable {
    /// Size of the file.
    package var bytes = 50_000_000
    /// Answers and movements in one file.
    package var lines = 100_000

    /// The limits above.
    package init() {}

    var file: PaymentFileLimits {
        var limits = PaymentFileLimits()
        limits.bytes = bytes
        limits.transactions = lines
        return limits
    }
}
