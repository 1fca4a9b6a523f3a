/// The parts of a bank's message that are read, and which of their elements.
enum BankSection {
    case header
    /// pain.002
    case originalGroup, originalPayment, originalTransfer
    /// camt.053 and camt.054
    case statement, entry, transaction

    /// The section that an element begins, if any.
    init?(_ name: String, below parent: String?, in section: BankSection?) {
        switch (section, name) {
        case (nil, "GrpHdr"): self = .header
        case (nil, "OrgnlGrpInfAndSts"): self = .originalGroup
        case (nil, "OrgnlPmtInfAndSts"): self = .originalPayment
        case (.originalPayment, "TxInfAndSts"): self = .originalTransfer
        case (nil, "Stmt"), (nil, "Ntfctn"): self = .statement
        case (.statement, "Ntry"): self = .entry
        case (.entry, "TxDtls") where parent == "NtryDtls": self = .transaction
        default: return nil
        }
    }

    /// Whether the text at a path below the section is of use.
    func asksFor(_ path: String) -> Bool { wanted.contains(path) }

    private var wanted: Set<String> {
        switch self {
        case .header: Self.inHeader
        case .originalGroup: Self.inGroup
        case .originalPayment: Self.inPayment
        case .originalTransfer: Self.inTransfer
        case .statement: Self.inStatement
        case .entry: Self.inEntry
        case .transaction: Self.inTransaction
        }
    }

    private static let inHeader: Set<String> = ["MsgId"]
    private static let inGroup: Set<String> = [
        "OrgnlMsgId", "GrpSts", "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry",
    ]
    private static let inPayment: Set<String> = [
        "OrgnlPmtInfId", "PmtInfSts", "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry",
    ]
    private static let inTransfer: Set<String> = [
        "OrgnlEndToEndId", "TxSts", "StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry",
        "OrgnlTxRef/Amt/InstdAmt",
    ]
    private static let inStatement: Set<String> = ["Id", "Acct/Id/IBAN", "Acct/Id/Othr/Id"]
    private static let inEntry: Set<String> = [
        "Amt", "CdtDbtInd", "RvslInd", "Sts", "Sts/Cd", "BookgDt/Dt", "BookgDt/DtTm",
        "AcctSvcrRef", "BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd",
        "NtryDtls/Btch/MsgId", "NtryDtls/Btch/PmtInfId",
    ]
    private static let inTransaction: Set<String> = [
        "Refs/MsgId", "Refs/PmtInfId", "Refs/EndToEndId", "Refs/AcctSvcrRef", "Amt", "CdtDbtInd",
        "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", "BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd",
        "BkTxCd/Domn/Fmly/SubFmlyCd", "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RltdPties/Dbtr/Nm",
        "RltdPties/Dbtr/Pty/Nm", "RltdPties/DbtrAcct/Id/IBAN", "RmtInf/Strd/CdtrRefInf/Ref",
        "RmtInf/Ustrd",
    ]
}

/// Makes answers of the sections of a pain.002.
struct AnswerSections {
    var messageID: String?
    private var originalMessageID: String?

    mutating func group(_ values: ElementValues) -> PaymentAnswer? {
        originalMessageID = values.text("OrgnlMsgId")
        guard let status = values.text("GrpSts") else { return nil }
        return answer(.message, values, status: status)
    }

    func payment(_ values: ElementValues) -> PaymentAnswer? {
        guard let status = values.text("PmtInfSts") else { return nil }
        return answer(
            .payment,
            values,
            status: status,
            payment: values.text("OrgnlPmtInfId")
        )
    }

    func transfer(_ values: ElementValues, below payment: ElementValues?) -> PaymentAnswer {
        let amount = values["OrgnlTxRef/Amt/InstdAmt"]
        return answer(
            .transfer,
            values,
            status: values.text("TxSts"),
            payment: payment?.text("OrgnlPmtInfId"),
            endToEnd: values.text("OrgnlEndToEndId"),
            amount: amount.flatMap { try? DecimalAmount.read($0.text).get() }
        )
    }

    private func answer(
        _ scope: PaymentAnswer.Scope,
        _ values: ElementValues,
        status: String?,
        payment: String? = nil,
        endToEnd: String? = nil,
        amount: Int64? = nil
    ) -> PaymentAnswer {
        PaymentAnswer(
            scope: scope,
            originalMessageID: originalMessageID,
            originalPaymentID: payment,
            originalEndToEndID: endToEnd,
            status: status,
            reason: values.text("StsRsnInf/Rsn/Cd") ?? values.text("StsRsnInf/Rsn/Prtry"),
            amountMinorUnits: amount,
            line: values.line
        )
    }
}

/// Makes movements of the entries and transactions of a camt.053 or camt.054.
struct MovementSections {
    var messageID: String?
    private var transactions = 0
    // The first transaction of an entry may leave its amount to the entry, if it stays alone.
    private var first: (values: ElementValues, entry: ElementValues, statement: ElementValues?)?

    /// A second transaction begins: the first one, if it still waits, has no amount of its own.
    mutating func transactionBegins() -> AccountMovement? {
        transactions += 1
        guard let waiting = first else { return nil }
        first = nil
        return movement(waiting.values, waiting.entry, waiting.statement, isAlone: false)
    }

    mutating func transactionEnds(
        _ values: ElementValues,
        of entry: ElementValues?,
        in statement: ElementValues?
    ) -> AccountMovement? {
        guard let entry else { return nil }
        guard transactions > 1 || Self.amount(values) != nil else {
            first = (values, entry, statement)
            return nil
        }
        return movement(values, entry, statement, isAlone: false)
    }

    mutating func entryEnds(
        _ entry: ElementValues,
        of statement: ElementValues?
    ) -> [AccountMovement] {
        defer { (transactions, first) = (0, nil) }
        if let first { return [movement(first.values, entry, statement, isAlone: true)] }
        guard transactions == 0 else { return [] }
        return [movement(ElementValues(line: entry.line), entry, statement, isAlone: true)]
    }

    private static func amount(_ values: ElementValues) -> ElementValues.Value? {
        values["Amt"] ?? values["AmtDtls/TxAmt/Amt"] ?? values["AmtDtls/InstdAmt/Amt"]
    }

    private func movement(
        _ values: ElementValues,
        _ entry: ElementValues,
        _ statement: ElementValues?,
        isAlone: Bool
    ) -> AccountMovement {
        let amount = Self.amount(values) ?? (isAlone ? entry["Amt"] : nil)
        let reason = values.text("RtrInf/Rsn/Cd") ?? values.text("RtrInf/Rsn/Prtry")
        let booked = entry.text("BookgDt/Dt") ?? entry.text("BookgDt/DtTm")
        return AccountMovement(
            accountIBAN: statement?.text("Acct/Id/IBAN") ?? statement?.text("Acct/Id/Othr/Id"),
            statementID: statement?.text("Id"),
            bankReference: values.text("Refs/AcctSvcrRef") ?? entry.text("AcctSvcrRef"),
            originalMessageID: values.text("Refs/MsgId") ?? entry.text("NtryDtls/Btch/MsgId"),
            originalPaymentID: values.text("Refs/PmtInfId")
                ?? entry.text("NtryDtls/Btch/PmtInfId"),
            endToEndID: values.text("Refs/EndToEndId"),
            amountMinorUnits: amount.flatMap { try? DecimalAmount.read($0.text).get() },
            currency: amount?.currency,
            isCredit: (values.text("CdtDbtInd") ?? entry.text("CdtDbtInd")) == "CRDT",
            isReversal: ["true", "1"].contains(entry.text("RvslInd")),
            isBooked: (entry.text("Sts/Cd") ?? entry.text("Sts")) == "BOOK",
            bookedOn: booked.map { String($0.prefix(10)) },
            returnReason: reason,
            transactionCode: Self.code(values) ?? Self.code(entry) ?? "",
            debtorName: values.text("RltdPties/Dbtr/Nm") ?? values.text("RltdPties/Dbtr/Pty/Nm"),
            debtorIBAN: values.text("RltdPties/DbtrAcct/Id/IBAN"),
            creditorReference: values.text("RmtInf/Strd/CdtrRefInf/Ref"),
            remittance: values.text("RmtInf/Ustrd"),
            line: values.line
        )
    }

    private static func code(_ values: ElementValues) -> String? {
        guard let domain = values.text("BkTxCd/Domn/Cd") else { return nil }
        let family = values.text("BkTxCd/Domn/Fmly/Cd") ?? ""
        return "\(domain)-\(family)-\(values.text("BkTxCd/Domn/Fmly/SubFmlyCd") ?? "")"
    }
}
