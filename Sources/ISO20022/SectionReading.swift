/// Reads the group header.
struct HeaderReading {
    let header: PaymentFileHeader?
    let problems: [LocatedProblem]

    init(_ values: ElementValues, messageType: PaymentMessageType, totals: DeclaredTotals) {
        var problems = SectionProblems(values)
        let createdAt = values.text("CreDtTm")
        let createdOn = createdAt.flatMap(CalendarDate.init(xmlDateTime:))
        if createdAt != nil, createdOn == nil { problems.add(.creationTimeInvalid, at: "CreDtTm") }
        if case .failure(let refusal) = totals.sum, refusal == .syntax || refusal == .empty {
            problems.add(FormatProblem.controlSumSyntax.explanation, at: "CtrlSum")
        }
        self.problems = problems.found
        guard let messageID = values.text("MsgId"), let createdAt, let createdOn else {
            header = nil
            return
        }
        header = PaymentFileHeader(
            messageType: messageType,
            messageID: messageID,
            createdAt: createdAt,
            createdOn: createdOn,
            declaredCount: totals.count,
            declaredControlSum: totals.sumMinorUnits,
            initiatingPartyName: values.text("InitgPty/Nm")
        )
    }
}

/// Reads what precedes the credit transfers of a payment information block.
struct PaymentReading {
    /// A date may lie this many days before the file was made: mistakes are older, and published
    /// examples are almost a year old.
    static let oldestExecutionDays = 366

    let payment: PaymentInformation?
    let problems: [LocatedProblem]

    init(_ values: ElementValues, index: Int, createdOn: CalendarDate?, totals: DeclaredTotals) {
        var problems = SectionProblems(values)
        if let method = values.text("PmtMtd"), method != "TRF" {
            problems.add(.paymentMethod, at: "PmtMtd")
        }
        if case .failure(let refusal) = totals.sum, refusal == .syntax || refusal == .empty {
            problems.add(FormatProblem.controlSumSyntax.explanation, at: "CtrlSum")
        }
        let date = Self.executionDate(values, createdOn: createdOn, &problems)
        let account = Self.debtorAccount(values, &problems)
        self.problems = problems.found
        guard let id = values.text("PmtInfId"), let date else {
            payment = nil
            return
        }
        payment = PaymentInformation(
            index: index,
            line: values.line,
            id: id,
            requestedExecutionDate: date,
            debtorName: values.text("Dbtr/Nm"),
            debtorAccount: account,
            categoryPurpose: values.text("PmtTpInf/CtgyPurp/Cd")
                ?? values.text("PmtTpInf/CtgyPurp/Prtry"),
            declaredCount: totals.count,
            declaredControlSum: totals.sumMinorUnits
        )
    }

    private static func executionDate(
        _ values: ElementValues,
        createdOn: CalendarDate?,
        _ problems: inout SectionProblems
    ) -> CalendarDate? {
        let paths = ["ReqdExctnDt", "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm"]
        guard let path = paths.first(where: { values[$0] != nil }), let text = values.text(path)
        else { return nil }
        let read =
            path.hasSuffix("DtTm") ? CalendarDate(xmlDateTime: text) : CalendarDate(xmlDate: text)
        guard let date = read else {
            problems.add(.executionDateInvalid, at: path)
            return nil
        }
        if let createdOn, createdOn.daysSinceEpoch - date.daysSinceEpoch > oldestExecutionDays {
            problems.add(.executionDateTooOld(date: date, created: createdOn), at: path)
        }
        if !TargetCalendar.isOpen(date) {
            let open = TargetCalendar.openDay(onOrAfter: date)
            problems.add(.executionDateMoved(date: date, to: open), at: path)
        }
        return date
    }

    private static func debtorAccount(
        _ values: ElementValues,
        _ problems: inout SectionProblems
    ) -> DebtorAccount? {
        if let text = values.text("DbtrAcct/Id/IBAN") {
            if let iban = IBAN(text) { return .iban(iban) }
            problems.add(.debtorAccountInvalid, at: "DbtrAcct/Id/IBAN")
            return .other(text)
        }
        guard let other = values.text("DbtrAcct/Id/Othr/Id") else { return nil }
        problems.add(.debtorAccountInvalid, at: "DbtrAcct/Id/Othr/Id")
        return .other(other)
    }
}

/// Reads one credit transfer.
struct CreditTransferReading {
    /// Hundredths as soon as the number is readable, whatever else is wrong with the line.
    let amountMinorUnits: Int64?
    let currency: String?
    let creditorName: String?
    let creditorAccount: CreditorAccount?
    let problems: [LocatedProblem]

    init(_ values: ElementValues) {
        var problems = SectionProblems(values)
        (amountMinorUnits, currency) = Self.amount(values, &problems)
        creditorName = values.text("Cdtr/Nm")
        if creditorName == nil { problems.add(.creditorNameMissing, at: "Cdtr/Nm") }
        creditorAccount = Self.creditorAccount(values, &problems)
        let texts = ["Cdtr/Nm", "RmtInf/Ustrd", "PmtId/InstrId", "PmtId/EndToEndId"]
        let outside = texts.first { path in
            values.text(path).map { !SEPAText.isWithinExtendedSet($0) } ?? false
        }
        if let outside { problems.add(.characters, at: outside) }
        self.problems = problems.found
    }

    private static func amount(
        _ values: ElementValues,
        _ problems: inout SectionProblems
    ) -> (Int64?, String?) {
        let path = "Amt/InstdAmt"
        guard let value = values[path] else {
            problems.add(
                values["Amt/EqvtAmt"] == nil ? .amountMissing : .equivalentAmount,
                at: "Amt"
            )
            return (nil, nil)
        }
        let currency = value.currency ?? ""
        if currency.utf8.count != 3 || !currency.utf8.allSatisfy({ (65...90).contains($0) }) {
            problems.add(.currencyMissing, at: path)
        } else if currency != "EUR" {
            problems.add(.currencyNotEuro(currency), at: path)
        }
        switch DecimalAmount.read(value.text) {
        case .success(let amount):
            if amount == 0 { problems.add(.amountZero, at: path) }
            return (amount, currency)
        case .failure(let refusal):
            switch refusal {
            case .empty: problems.add(.amountMissing, at: path)
            case .syntax: problems.add(.amountSyntax, at: path)
            case .decimals: problems.add(.amountDecimals, at: path)
            case .tooLarge: problems.add(.amountTooLarge, at: path)
            }
            return (nil, currency)
        }
    }

    private static func creditorAccount(
        _ values: ElementValues,
        _ problems: inout SectionProblems
    ) -> CreditorAccount? {
        if let text = values.text("CdtrAcct/Id/IBAN") {
            // The schema allows no spaces; a bank would refuse what we silently repaired.
            guard !text.utf8.contains(UInt8(ascii: " ")) else {
                problems.add(.creditorAccountInvalid(.characters), at: "CdtrAcct/Id/IBAN")
                return nil
            }
            switch IBAN.read(text) {
            case .success(let iban): return .iban(iban)
            case .failure(let refusal):
                problems.add(.creditorAccountInvalid(refusal), at: "CdtrAcct/Id/IBAN")
                return nil
            }
        }
        guard let other = values.text("CdtrAcct/Id/Othr/Id") else {
            problems.add(.creditorAccountMissing, at: "CdtrAcct")
            return nil
        }
        guard
            values.text("CdtrAcct/Id/Othr/SchmeNm/Prtry") == CreditorAccount.aliasScheme,
            !other.isEmpty
        else {
            problems.add(.creditorAccountNotIBAN, at: "CdtrAcct/Id/Othr/Id")
            return nil
        }
        return .alias(other)
    }
}
