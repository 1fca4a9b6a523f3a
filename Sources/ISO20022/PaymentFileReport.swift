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
    /// The encoding in which the file was read.
    package let encoding: TextEncoding
    /// SHA-256 over what the file says, 32 bytes: equal for equal contents, whatever the name, the
    /// white space between elements, the prefixes, comments and encoding. What could not be
    /// understood counts byte by byte.
    package let contentHash: [UInt8]
    /// Nil when it is missing or incomplete, or when the file could not be read to its end.
    package let header: PaymentFileHeader?
    /// Payment information blocks read; 0 when the file could not be read to its end.
    package let paymentCount: Int
    /// Credit transfers read, refused ones included; 0 when the file could not be read to its end.
    package let transactionCount: Int
    /// Credit transfers that are refused for themselves or because their block is; of a block that
    /// is refused at its end only those that came after.
    package let refusedTransactionCount: Int
    /// Blocks that are refused for what they say themselves.
    package let refusedPaymentCount: Int
    /// Whether the file is refused for what it says as a whole, so that nothing of it can be paid.
    package let isFileRefused: Bool
    /// Sum of the readable amounts in hundredths, whatever their currency.
    package let controlSumMinorUnits: Int64
    /// In the order of discovery; totals of blocks and of the group come when they are known.
    package let findings: [Finding]
    /// Findings beyond the limit, counted and not kept.
    package let omittedFindings: Int
}

extension PaymentFileReport {
    /// The same with what the payer found besides, at least one refusal.
    ///
    /// - Parameter omitted: how much of it is not told.
    package func adding(_ findings: [Finding], omitted: Int) -> PaymentFileReport {
        PaymentFileReport(self, verdict: .refused, findings, omitted: omitted)
    }

    /// The same with a remark that findings were left out, where they were.
    package var tellingOmissions: PaymentFileReport {
        guard omittedFindings > 0 else { return self }
        let remark = Finding(
            level: .file,
            line: 1,
            path: "",
            explanation: .remark(
                .NARR,
                "\(omittedFindings) more findings are not listed. Each line tells whether it is "
                    + "refused.",
                "\(omittedFindings) andere bevindingen staan niet in de lijst. Elke regel vertelt "
                    + "of die is afgekeurd."
            )
        )
        return PaymentFileReport(self, verdict: verdict, [remark], omitted: 0)
    }

    /// The report of a file that was read to its end.
    init(
        messageType: String?,
        encoding: TextEncoding,
        contentHash: [UInt8],
        _ sections: borrowing PaymentSections
    ) {
        verdict = sections.log.refusals == 0 ? .acceptable : .refused
        self.messageType = messageType
        self.encoding = encoding
        self.contentHash = contentHash
        header = sections.header
        paymentCount = sections.paymentCount
        transactionCount = sections.totals.count
        refusedTransactionCount = sections.refusedLines
        refusedPaymentCount = sections.refusedPayments
        isFileRefused = sections.isFileRefused
        controlSumMinorUnits = sections.totals.sumMinorUnits
        findings = sections.log.kept
        omittedFindings = sections.log.omitted
    }

    /// A report with findings behind those that it has.
    private init(
        _ report: PaymentFileReport,
        verdict: PaymentFileVerdict,
        _ findings: [Finding],
        omitted: Int
    ) {
        self.verdict = verdict
        messageType = report.messageType
        encoding = report.encoding
        contentHash = report.contentHash
        header = report.header
        paymentCount = report.paymentCount
        transactionCount = report.transactionCount
        refusedTransactionCount = report.refusedTransactionCount
        refusedPaymentCount = report.refusedPaymentCount
        isFileRefused = report.isFileRefused
        controlSumMinorUnits = report.controlSumMinorUnits
        self.findings = report.findings + findings
        omittedFindings = report.omittedFindings + omitted
    }

    /// The report of a file of which nothing counts.
    init(
        messageType: String?,
        encoding: TextEncoding,
        contentHash: [UInt8],
        fatal: Finding
    ) {
        verdict = .refused
        self.messageType = messageType
        self.encoding = encoding
        self.contentHash = contentHash
        header = nil
        paymentCount = 0
        transactionCount = 0
        refusedTransactionCount = 0
        refusedPaymentCount = 0
        isFileRefused = true
        controlSumMinorUnits = 0
        findings = [fatal]
        omittedFindings = 0
    }
}

/// Bounds on what one file may cost. Beyond any of them, reading stops with FF01.
package struct PaymentFileLimits: Sendable {
    /// Size of the file.
    package var bytes = 1_000_000_000
    /// Credit transfers in one file.
    package var transactions = 1_000_000
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
    /// Ways to name a creditor that can be paid; a line with another is refused, AC03.
    package var creditors = CreditorKind.allCases
    /// Judges the account of a creditor that is no IBAN; a line with a mistake is refused, AC03.
    package var creditorMistake: @Sendable (CreditorKind, String) -> CreditorMistake? = { _, _ in
        nil
    }
    /// Schemas to validate XML against as well; what they do not allow refuses the file.
    package var schemas: PaymentSchemas?
    /// Findings kept of each severity at each level; the others are counted.
    package var findings = 1_000

    /// The limits above.
    package init() {}
}
