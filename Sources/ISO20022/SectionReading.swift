/// A problem of a section and the text, or the place, that has it.
struct FieldProblem {
    let explanation: Explanation
    let field: PaymentField
}

extension Array where Element == FieldProblem {
    mutating func add(_ problem: PaymentProblem, at field: PaymentField) {
        append(FieldProblem(explanation: problem.explanation, field: field))
    }

    mutating func add(_ problem: FormatProblem, at field: PaymentField) {
        append(FieldProblem(explanation: problem.explanation, field: field))
    }
}

/// Reads the group header.
struct HeaderReading {
    let header: PaymentFileHeader?
    private(set) var problems: [FieldProblem] = []

    init(_ values: SectionValues, messageType: PaymentMessageType, totals: DeclaredTotals) {
        let createdOn = values.bytes(.createdAt).flatMap(CalendarDate.init(xmlDateTime:))
        if values.has(.createdAt), createdOn == nil {
            problems.add(.creationTimeInvalid, at: .createdAt)
        }
        if totals.hasNoNumberAsSum { problems.add(.controlSumSyntax, at: .declaredSum) }
        guard let messageID = values.text(.messageID), let createdAt = values.text(.createdAt),
            let createdOn
        else {
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
            initiatingPartyName: values.text(.initiatingPartyName)
        )
    }
}

/// Reads what precedes the lines of a block.
struct PaymentReading {
    /// A date may lie this many days before the file was made: mistakes are older, and published
    /// examples are almost a year old.
    static let oldestExecutionDays = 366

    private(set) var executionDate: CalendarDate?
    private(set) var problems: [FieldProblem] = []

    init(_ values: SectionValues, createdOn: CalendarDate?, totals: DeclaredTotals) {
        if let method = values.bytes(.paymentMethod), !method.elementsEqual("TRF".utf8) {
            problems.add(.paymentMethod, at: .paymentMethod)
        }
        if totals.hasNoNumberAsSum { problems.add(.controlSumSyntax, at: .declaredSum) }
        readDate(values, createdOn: createdOn)
        checkDebtor(values)
    }

    private mutating func readDate(_ values: SectionValues, createdOn: CalendarDate?) {
        let fields: [PaymentField] = [.executionDate, .executionDay, .executionTime]
        guard let field = fields.first(where: values.has), let text = values.bytes(field)
        else { return }
        let read =
            field == .executionTime
            ? CalendarDate(xmlDateTime: text) : CalendarDate(xmlDate: text)
        guard let date = read else { return problems.add(.executionDateInvalid, at: field) }
        executionDate = date
        if let createdOn, createdOn.daysSinceEpoch - date.daysSinceEpoch > Self.oldestExecutionDays
        {
            problems.add(.executionDateTooOld(date: date, created: createdOn), at: field)
        }
        if !TargetCalendar.isOpen(date) {
            let open = TargetCalendar.openDay(onOrAfter: date)
            problems.add(.executionDateMoved(date: date, to: open), at: field)
        }
    }

    private mutating func checkDebtor(_ values: SectionValues) {
        if let text = values.bytes(.debtorIBAN) {
            if IBAN(String(decoding: text, as: UTF8.self)) == nil {
                problems.add(.debtorAccountInvalid, at: .debtorIBAN)
            }
        } else if values.has(.debtorOtherAccount) {
            problems.add(.debtorAccountInvalid, at: .debtorOtherAccount)
        }
    }
}

extension PaymentInformation {
    /// The texts of a block as values; nil when its identification is missing.
    init?(
        _ values: SectionValues,
        index: Int,
        executionDate: CalendarDate,
        declared: DeclaredTotals
    ) {
        guard let id = values.text(.paymentID) else { return nil }
        let debtor = values.text(.debtorIBAN).map { text -> DebtorAccount in
            IBAN(text).map { .iban($0) } ?? .other(text)
        }
        self.init(
            index: index,
            line: values.line,
            id: id,
            requestedExecutionDate: executionDate,
            debtorName: values.text(.debtorName),
            debtorAccount: debtor ?? values.text(.debtorOtherAccount).map { .other($0) },
            categoryPurpose: values.text(.categoryPurpose),
            declaredCount: declared.count,
            declaredControlSum: declared.sumMinorUnits
        )
    }
}

/// Reads one line: what it pays, and whom.
struct LineReading {
    /// Hundredths as soon as the number is readable, whatever else is wrong with the line.
    private(set) var amountMinorUnits: Int64?
    private(set) var creditorKind: CreditorKind?
    private(set) var problems: [FieldProblem] = []

    /// Reads nothing.
    init() {}

    /// - Parameters:
    ///   - form: of the file.
    ///   - limits: who can be paid.
    init(_ values: SectionValues, form: SourceForm, limits: PaymentFileLimits) {
        readAmount(values, form)
        if !values.has(.creditorName) { problems.add(.creditorNameMissing, at: .creditorName) }
        readCreditor(values)
        if let kind = creditorKind, !limits.creditors.contains(kind) {
            creditorKind = nil
            problems.add(.creditorNotPayable(kind), at: .creditorAccount)
        }
        judgeCreditor(values, limits)
        let texts: [PaymentField] = [.creditorName, .remittance, .instructionID, .endToEndID]
        let outside = texts.first { field in
            values.bytes(field).map { !SEPAText.isWithinExtendedSet($0) } ?? false
        }
        if let outside { problems.add(.characters, at: outside) }
    }

    private mutating func readAmount(_ values: SectionValues, _ form: SourceForm) {
        guard let text = values.bytes(.amount) else {
            return problems.add(
                values.has(.equivalentAmount) ? .equivalentAmount : .amountMissing,
                at: .amountChoice
            )
        }
        checkCurrency(values)
        switch DecimalAmount.read(text, mark: form.decimalMark(of: text)) {
        case .success(let amount):
            amountMinorUnits = amount
            if amount == 0 { problems.add(.amountZero, at: .amount) }
        case .failure(.empty): problems.add(.amountMissing, at: .amount)
        case .failure(.syntax): problems.add(.amountSyntax, at: .amount)
        case .failure(.decimals): problems.add(.amountDecimals, at: .amount)
        case .failure(.tooLarge): problems.add(.amountTooLarge, at: .amount)
        }
    }

    private mutating func checkCurrency(_ values: SectionValues) {
        guard let currency = values.bytes(.currency), currency.count == 3,
            currency.allSatisfy({ (65...90).contains($0) })
        else { return problems.add(.currencyMissing, at: .amount) }
        if !currency.elementsEqual("EUR".utf8) {
            let found = String(decoding: currency, as: UTF8.self)
            problems.add(.currencyNotEuro(found), at: .amount)
        }
    }

    private mutating func judgeCreditor(_ values: SectionValues, _ limits: PaymentFileLimits) {
        guard let kind = creditorKind, kind != .iban,
            let text = values.bytes(.creditorOtherAccount),
            let mistake = limits.creditorMistake(kind, String(decoding: text, as: UTF8.self))
        else { return }
        creditorKind = nil
        problems.add(.creditorMistaken(kind, mistake), at: .creditorOtherAccount)
    }

    private mutating func readCreditor(_ values: SectionValues) {
        if let text = values.mutableBytes(.creditorIBAN) {
            // A space fails too: a bank would refuse what we silently repaired.
            if let refusal = IBAN.bringToForm(text) {
                problems.add(.creditorAccountInvalid(refusal), at: .creditorIBAN)
            } else {
                creditorKind = .iban
            }
            return
        }
        guard let other = values.bytes(.creditorOtherAccount) else {
            return problems.add(.creditorAccountMissing, at: .creditorAccount)
        }
        guard let kind = CreditorKind(scheme: values.bytes(.creditorScheme)), !other.isEmpty else {
            return problems.add(.creditorAccountNotIBAN, at: .creditorOtherAccount)
        }
        creditorKind = kind
    }
}
