/// The sections of a payment file that are open: group header, block, line.
///
/// Holds one of each at a time; what is finished is handed over and forgotten. Knows no format:
/// whoever reads one keeps texts here and closes sections.
struct PaymentSections: ~Copyable {
    private enum Open { case none, header, payment, line }

    let limits: PaymentFileLimits
    let form: SourceForm
    private let sink: PaymentSink

    private(set) var header: PaymentFileHeader?
    /// The day from which execution dates are judged.
    private var createdOn: CalendarDate?
    private(set) var paymentCount = 0
    private(set) var totals = RunningTotals()
    private(set) var log: FindingLog
    /// Lines that are refused, for themselves or because their block is.
    private(set) var refusedLines = 0
    private(set) var refusedPayments = 0

    private var section = Open.none
    private let headerValues = SectionValues()
    private var headerTotals: DeclaredTotals?
    /// Whether the file is refused for what it says as a whole.
    private(set) var isFileRefused = false

    let paymentValues = SectionValues()
    private(set) var executionDate: CalendarDate?
    /// The open block as a value, where somebody wants values.
    private(set) var payment: PaymentInformation?
    private var paymentTotals = RunningTotals()
    /// Set as soon as the part before the lines has been read.
    private var paymentDeclared: DeclaredTotals?
    private var paymentRefusal: StatusReason?
    private var isPaymentTold = false
    private var firstLine = 1

    let lineValues = SectionValues()
    private(set) var lineRefusal: StatusReason?
    private(set) var lineFindings: [Finding] = []

    init(limits: PaymentFileLimits, form: SourceForm, sink: PaymentSink) {
        (self.limits, self.form, self.sink) = (limits, form, sink)
        log = FindingLog(limit: limits.findings)
    }

    deinit {
        headerValues.free()
        paymentValues.free()
        lineValues.free()
    }

    var isLineRefused: Bool { lineRefusal != nil }
    /// Whether the block has what a payment needs and nothing against it so far.
    var isPaymentPayable: Bool { isPaymentTold && paymentRefusal == nil }
    var numberInPayment: Int { paymentTotals.count }

    // MARK: Beginning

    /// What a list's sender has said of it beforehand.
    mutating func expect(_ list: PaymentListHeader) {
        createdOn = list.createdOn
        guard list.declaredCount != nil || list.declaredSum != nil else { return }
        headerTotals = DeclaredTotals(count: list.declaredCount, sum: list.declaredSum)
    }

    mutating func beginHeader(line: Int) {
        // A second header is a finding already; the first one stays.
        guard headerTotals == nil else { return }
        headerValues.begin(line: line)
        section = .header
    }

    /// - Returns: the position of the block in the file, from 1.
    mutating func beginPayment(line: Int) -> Int {
        paymentCount += 1
        paymentValues.begin(line: line)
        executionDate = nil
        payment = nil
        paymentTotals = RunningTotals()
        paymentDeclared = nil
        paymentRefusal = nil
        isPaymentTold = false
        firstLine = totals.count + 1
        section = .payment
        return paymentCount
    }

    /// - Returns: the position of the line in its block, from 1.
    mutating func beginLine(line: Int) -> Int {
        readPayment()
        lineValues.begin(line: line)
        lineRefusal = nil
        if !lineFindings.isEmpty { lineFindings = [] }
        section = .line
        return paymentTotals.count + 1
    }

    /// Keeps a text of the section that is open.
    func keep(
        _ text: UnsafeBufferPointer<UInt8>,
        as field: PaymentField,
        line: Int,
        joining: Bool = false
    ) {
        let values: SectionValues
        switch section {
        case .line: values = lineValues
        case .payment: values = paymentValues
        case .header: values = headerValues
        case .none: return
        }
        values.keep(text, as: field, line: line, joining: joining, limit: limits.textBytes)
    }

    // MARK: Reading

    mutating func closeHeader(message: PaymentMessageType) {
        guard section == .header else { return }
        let declared = DeclaredTotals(headerValues)
        headerTotals = declared
        let reading = HeaderReading(headerValues, messageType: message, totals: declared)
        report(reading.problems, headerValues)
        section = .none
        guard let read = reading.header, !isFileRefused else { return }
        header = read
        createdOn = read.createdOn
        sink.header?(read)
    }

    /// Reads what precedes the lines of the open block, once.
    private mutating func readPayment() {
        guard paymentDeclared == nil else { return }
        let declared = DeclaredTotals(paymentValues)
        paymentDeclared = declared
        let reading = PaymentReading(paymentValues, createdOn: createdOn, totals: declared)
        report(reading.problems, paymentValues)
        executionDate = reading.executionDate
        guard paymentValues.has(.paymentID), executionDate != nil, paymentRefusal == nil
        else { return }
        isPaymentTold = true
        if let tell = sink.payment {
            payment = executionDate.flatMap { date in
                PaymentInformation(
                    paymentValues,
                    index: paymentCount,
                    executionDate: date,
                    declared: declared
                )
            }
            payment.map(tell)
        }
    }

    mutating func closePayment() {
        guard section == .payment else { return }
        readPayment()
        if let declared = paymentDeclared {
            if declared.hasCount, declared.count != paymentTotals.count {
                let problem = PaymentProblem.paymentCount(
                    declared: declared.count,
                    found: paymentTotals.count
                )
                report(problem.explanation, line: declared.countLine, at: .declaredCount)
            }
            checkSum(declared, paymentTotals)
        }
        section = .none
        if paymentRefusal != nil || !isPaymentTold { tellRefusedPayment() }
    }

    private mutating func tellRefusedPayment() {
        refusedPayments += 1
        sink.refusedPayment?(
            RefusedPayment(
                payment: paymentCount,
                lines: firstLine..<totals.count + 1,
                refusal: paymentRefusal ?? .FF01
            )
        )
    }

    /// - Parameter isReadable: false when its texts could not be told apart, which is a finding.
    mutating func closeLine(isReadable: Bool = true) {
        guard section == .line else { return }
        let reading =
            isReadable
            ? LineReading(lineValues, form: form, limits: limits) : LineReading()
        report(reading.problems, lineValues)
        totals.add(reading.amountMinorUnits)
        paymentTotals.add(reading.amountMinorUnits)
        let line = PaymentLine(self, reading)
        if line.isRefused { refusedLines += 1 }
        sink.line(line, self)
        section = .payment
    }

    mutating func checkGroupTotals() {
        guard let declared = headerTotals else { return }
        // A message has to say how many; a list may.
        if declared.count != totals.count, declared.hasCount || form == .xml {
            let problem = PaymentProblem.groupCount(declared: declared.count, found: totals.count)
            report(problem.explanation, line: declared.countLine, at: .declaredCount)
        }
        checkSum(declared, totals)
    }

    private mutating func checkSum(_ declared: DeclaredTotals, _ found: RunningTotals) {
        if found.overflowed {
            let explanation = PaymentProblem.sumTooLarge.explanation
            report(explanation, line: declared.sumLine, at: .declaredSum)
        }
        // With an amount that cannot be read any comparison would only repeat that finding.
        guard declared.sum != nil, found.isSumComplete, !declared.hasNoNumberAsSum,
            declared.sumMinorUnits != found.sumMinorUnits
        else { return }
        let problem = PaymentProblem.controlSum(
            declaredMinorUnits: declared.sumMinorUnits,
            foundMinorUnits: found.sumMinorUnits
        )
        report(problem.explanation, line: declared.sumLine, at: .declaredSum)
    }
}

// MARK: Findings

extension PaymentSections {
    /// What a finding is about that is made now.
    var level: Finding.Level {
        switch section {
        case .line: .line
        case .payment: .paymentInformation
        case .header, .none: .file
        }
    }

    private mutating func report(_ problems: [FieldProblem], _ values: SectionValues) {
        for problem in problems {
            report(problem.explanation, line: values.line(of: problem.field), at: problem.field)
        }
    }

    /// A problem of the form, of the open section as a whole or of one of its texts.
    mutating func report(_ problem: FormatProblem, line: Int, at field: PaymentField? = nil) {
        let place = place
        report(problem.explanation, line: line) { field.map(place.path) ?? place.path }
    }

    /// A problem that refuses the file as a whole, wherever in it.
    mutating func reportFile(_ problem: FormatProblem, line: Int, path: String) {
        log.add(.refusal, at: .file) {
            Finding(level: .file, line: line, path: path, explanation: problem.explanation)
        }
        isFileRefused = true
    }

    private mutating func report(_ explanation: Explanation, line: Int, at field: PaymentField) {
        let place = place
        report(explanation, line: line) { place.path(of: field) }
    }

    /// - Parameter path: made only when the finding is kept.
    mutating func report(_ explanation: Explanation, line: Int, path: () -> String) {
        let place = place
        let kept = log.add(explanation.severity, at: place.level) {
            Finding(
                level: place.level,
                line: line,
                path: path(),
                payment: place.level == .file ? nil : place.payment,
                transaction: place.level == .line ? place.number : nil,
                explanation: explanation
            )
        }
        if let kept, place.level == .line { lineFindings.append(kept) }
        guard explanation.severity == .refusal else { return }
        switch place.level {
        case .line: if lineRefusal == nil { lineRefusal = explanation.code }
        case .paymentInformation:
            if paymentRefusal == nil { paymentRefusal = explanation.code }
        case .file: isFileRefused = true
        }
    }

    private var place: SourcePlace {
        // A line is counted when it closes.
        let isOpen = section == .line
        return SourcePlace(
            form: form,
            level: level,
            payment: paymentCount,
            number: totals.count + (isOpen ? 1 : 0),
            numberInPayment: paymentTotals.count + (isOpen ? 1 : 0)
        )
    }
}
