/// One line of a payment file as it passes by, whatever the format of the file.
///
/// Its texts are bytes in the reader's buffer, UTF-8, valid only while the reader's call lasts:
/// nothing is copied for a line of which nothing is kept. Copy what you keep.
package struct PaymentLine: ~Copyable {
    /// A text in the reader's buffer.
    package typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Position in the file, from 1.
    package let number: Int
    /// Line of the source file where it begins, from 1.
    package let sourceLine: Int
    /// Position of its block in the file, from 1.
    package let payment: Int
    /// Position in its block, from 1.
    package let numberInPayment: Int
    /// It cannot be carried out as it stands, for what it says or what its block says.
    package let isRefused: Bool
    /// Why it is refused; nil when its block is what is refused.
    package let refusal: StatusReason?
    /// Euro cents, 1 up to 2^53 - 1 where it is not refused; nil where no amount could be read.
    package let amountMinorUnits: Int64?
    /// Nil where no creditor could be read.
    package let creditorKind: CreditorKind?
    /// When its block is to be executed; nil where that could not be read.
    package let executionDate: CalendarDate?
    /// What was found in it and kept.
    package let findings: [Finding]

    private let own: SectionValues
    private let block: SectionValues

    init(_ sections: borrowing PaymentSections, _ reading: LineReading) {
        number = sections.totals.count
        sourceLine = sections.lineValues.line
        payment = sections.paymentCount
        numberInPayment = sections.numberInPayment
        isRefused = sections.isLineRefused || !sections.isPaymentPayable
        refusal = sections.lineRefusal
        amountMinorUnits = reading.amountMinorUnits
        creditorKind = reading.creditorKind
        executionDate = sections.executionDate
        findings = sections.lineFindings
        own = sections.lineValues
        block = sections.paymentValues
    }

    /// `PmtInfId`; nil only where it is missing.
    package var paymentID: Bytes? { block.bytes(.paymentID) }
    package var instructionID: Bytes? { own.bytes(.instructionID) }
    /// Often `NOTPROVIDED`; nil only where it is missing.
    package var endToEndID: Bytes? { own.bytes(.endToEndID) }
    /// Version 4 UUID; only pain.001.001.09 has it.
    package var uetr: Bytes? { own.bytes(.uetr) }
    package var currency: Bytes? { own.bytes(.currency) }
    package var creditorName: Bytes? { own.bytes(.creditorName) }
    /// The account of `creditorKind`: an IBAN in electronic form, anything else as written.
    package var creditorAccount: Bytes? {
        creditorKind.flatMap { own.bytes($0 == .iban ? .creditorIBAN : .creditorOtherAccount) }
    }
    /// Kind and account as a value; nil where no creditor could be read.
    package var creditor: CreditorAccount? {
        guard let creditorKind, let creditorAccount else { return nil }
        return CreditorAccount(creditorKind, proven: creditorAccount)
    }
    /// Four letter code such as `SSBE`, or a proprietary one: of the line, or else of its block.
    package var categoryPurpose: Bytes? {
        own.bytes(.categoryPurpose) ?? block.bytes(.categoryPurpose)
    }
    /// Four letter code such as `BENE`, or a proprietary one.
    package var purpose: Bytes? { own.bytes(.purpose) }
    /// Unstructured remittance text, or else the structured creditor reference.
    package var remittance: Bytes? { own.bytes(.remittance) ?? own.bytes(.creditorReference) }
}
