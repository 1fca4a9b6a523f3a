/// The messages that `PaymentFileReader` reads.
package enum PaymentMessageType: String, Sendable, Codable, CaseIterable {
    case pain00100103 = "pain.001.001.03"
    case pain00100109 = "pain.001.001.09"

    static let namespacePrefix = "urn:iso:std:iso:20022:tech:xsd:"

    /// The XML namespace of the message.
    package var namespace: String { Self.namespacePrefix + rawValue }
}

/// The group header, once it is read and complete.
package struct PaymentFileHeader: Sendable, Equatable {
    package let messageType: PaymentMessageType
    /// At most 35 characters, unique for the sender.
    package let messageID: String
    /// `CreDtTm` as written; its zone is often absent.
    package let createdAt: String
    /// The day of `createdAt` as written.
    package let createdOn: CalendarDate
    /// `NbOfTxs`; nil when it is no number, which is a finding.
    package let declaredCount: Int?
    /// `CtrlSum` in hundredths; optional in the message.
    package let declaredControlSum: Int64?
    package let initiatingPartyName: String?
}

/// Where the debtor's money comes from. Not used for paying here, so anything readable will do.
package enum DebtorAccount: Sendable, Equatable {
    case iban(IBAN)
    /// Another identification, as written.
    case other(String)
}

/// A payment information block (`PmtInf`) whose identification and date are known.
package struct PaymentInformation: Sendable, Equatable {
    /// Position in the file, from 1.
    package let index: Int
    /// Source line of its start tag.
    package let line: Int
    /// At most 35 characters.
    package let id: String
    package let requestedExecutionDate: CalendarDate
    package let debtorName: String?
    package let debtorAccount: DebtorAccount?
    /// Four letter code such as `SSBE`, or a proprietary one.
    package let categoryPurpose: String?
    /// `NbOfTxs`; optional in the message.
    package let declaredCount: Int?
    /// `CtrlSum` in hundredths; optional in the message.
    package let declaredControlSum: Int64?
}

/// Where a credit transfer stands and how the sender calls it.
package struct CreditTransferPosition: Sendable, Equatable {
    /// Source line of its start tag.
    package let line: Int
    /// For example `PmtInf[3]/CdtTrfTxInf[1]`.
    package let path: String
    /// Nil only where the identification of the block is missing.
    package let paymentID: String?
    package let instructionID: String?
    /// Often `NOTPROVIDED`. Nil only where it is missing, which is a finding.
    package let endToEndID: String?
}

/// A credit transfer without a refusal: a positive amount in euro to a creditor who can be found.
package struct CreditTransfer: Sendable, Equatable {
    package let position: CreditTransferPosition
    /// The block it belongs to, with execution date and debtor.
    package let payment: PaymentInformation
    package let endToEndID: String
    /// Euro cents, 1 up to 2^53 - 1.
    package let amountMinorUnits: Int64
    /// ISO 4217; `EUR`.
    package let currency: String
    package let creditorName: String
    package let creditorAccount: CreditorAccount
    /// Of the transfer, or else of its block.
    package let categoryPurpose: String?
    /// Four letter code such as `BENE`, or a proprietary one.
    package let purpose: String?
    /// Unstructured remittance text, or else the structured creditor reference.
    package let remittance: String?
    /// Version 4 UUID; only pain.001.001.09 has it.
    package let uetr: String?
}

/// A credit transfer that cannot be carried out as it stands.
package struct RefusedCreditTransfer: Sendable, Equatable {
    package let position: CreditTransferPosition
    /// Refusals and remarks of this line, as far as they were kept; empty when the block around it
    /// is what is refused.
    package let findings: [Finding]
}

/// What the reader hands over while it reads, in the order of the file.
///
/// Nothing counts before the report says so: a file that turns out not to be well-formed at its
/// last byte has yielded events all the same.
package enum PaymentFileEvent: Sendable, Equatable {
    case header(PaymentFileHeader)
    case payment(PaymentInformation)
    case creditTransfer(CreditTransfer)
    case refusedCreditTransfer(RefusedCreditTransfer)
}

/// A block that is refused for what it says itself: nothing of it can be paid, even what was handed
/// over before that was known.
package struct RefusedPayment: Sendable, Equatable {
    /// Position of the block in the file, from 1.
    package let payment: Int
    /// Its lines by their numbers in the file, from 1; may be empty.
    package let lines: Range<Int>
    package let refusal: StatusReason
}
