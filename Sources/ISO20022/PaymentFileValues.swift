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

/// Who is paid.
package enum CreditorAccount: Sendable, Equatable {
    case iban(IBAN)
    /// An alias of a wallet, given as `Othr/Id` under the proprietary scheme `aliasScheme`.
    case alias(String)

    /// `CdtrAcct/Id/Othr/SchmeNm/Prtry` that marks a wallet alias.
    package static let aliasScheme = "WIJKMUNT-ALIAS"
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
    /// Refusals and remarks of this line; empty when the block around it is what is refused.
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

/// The judgement over a file.
package enum PaymentFileVerdict: String, Sendable, Codable {
    case acceptable
    /// At least one refusal, at whatever level.
    case refused
}

/// What is known after the last byte.
package struct PaymentFileReport: Sendable, Equatable {
    package let verdict: PaymentFileVerdict
    /// Such as `pain.001.001.03`; what an ISO 20022 namespace names even when it is not read
    /// here; nil when there was none.
    package let messageType: String?
    /// Nil when it is missing or incomplete, or when the file could not be read to its end.
    package let header: PaymentFileHeader?
    /// Payment information blocks read; 0 when the file could not be read to its end.
    package let paymentCount: Int
    /// Credit transfers read, refused ones included; 0 when the file could not be read to its end.
    package let transactionCount: Int
    /// Sum of the readable amounts in hundredths, whatever their currency.
    package let controlSumMinorUnits: Int64
    /// In the order of discovery; totals of blocks and of the group come when they are known.
    package let findings: [Finding]
    /// Findings beyond the limit, counted and not kept.
    package let omittedFindings: Int
}

/// Bounds on what one file may cost. Beyond any of them, reading stops with FF01.
package struct PaymentFileLimits: Sendable {
    /// Size of the file.
    package var bytes = 200_000_000
    /// Credit transfers in one file.
    package var transactions = 100_000
    /// Nesting of elements; the message itself needs about 14.
    package var depth = 64
    /// Text of one element, in bytes.
    package var textBytes = 10_000
    /// Attributes and namespace declarations of one element.
    package var attributes = 16
    /// One attribute value or namespace, in bytes.
    package var attributeBytes = 1_024
    /// One tag or comment, in bytes.
    package var markupBytes = 131_072
    /// Findings kept of each severity; the others are counted.
    package var findings = 1_000

    /// The limits above.
    package init() {}
}
