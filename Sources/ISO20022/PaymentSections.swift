/// The sections of a payment file that are open: group header, block, credit transfer.
///
/// Holds one of each at a time; what is finished is handed over and forgotten.
final class PaymentSections {
    /// One block while its transfers pass by.
    private struct OpenPayment {
        let index: Int
        var values: ElementValues
        var isRefused = false
        var payment: PaymentInformation?
        /// Set as soon as the part before the transfers has been read.
        var declared: DeclaredTotals?
        var totals = RunningTotals()
    }

    private struct OpenTransfer {
        var values: ElementValues
        var findings: [Finding] = []
        var isRefused = false
    }

    private let limits: PaymentFileLimits
    private let handler: (PaymentFileEvent) -> Void

    private(set) var header: PaymentFileHeader?
    private(set) var paymentCount = 0
    private(set) var totals = RunningTotals()
    private(set) var log: FindingLog

    private var headerValues: ElementValues?
    private var headerTotals: DeclaredTotals?
    private var isHeaderRefused = false
    private var payment: OpenPayment?
    private var transfer: OpenTransfer?

    init(limits: PaymentFileLimits, handler: @escaping (PaymentFileEvent) -> Void) {
        self.limits = limits
        self.handler = handler
        log = FindingLog(limit: limits.findings)
    }

    // MARK: Beginning

    func beginHeader(line: Int) {
        // A second header is a finding already; the first one stays.
        if headerTotals == nil { headerValues = ElementValues(line: line) }
    }

    /// - Returns: the position of the block in the file, from 1.
    func beginPayment(line: Int) -> Int {
        paymentCount += 1
        payment = OpenPayment(index: paymentCount, values: ElementValues(line: line))
        return paymentCount
    }

    /// - Returns: the position of the credit transfer in its block, from 1.
    func beginTransfer(line: Int) -> Int {
        transfer = OpenTransfer(values: ElementValues(line: line))
        return (payment?.totals.count ?? 0) + 1
    }

    /// How many elements enclose the texts of the open section.
    var depth: Int { transfer == nil ? 3 : 4 }

    func keep(_ value: ElementValues.Value, at key: String, joining: Bool) {
        let limit = limits.textBytes
        if transfer != nil {
            transfer?.values.add(value, at: key, joining: joining, limit: limit)
        } else if payment != nil {
            payment?.values.add(value, at: key, joining: joining, limit: limit)
        } else {
            headerValues?.add(value, at: key, joining: joining, limit: limit)
        }
    }

    // MARK: Reading

    func closeHeader(message: PaymentMessageType?, path: String) {
        guard let values = headerValues, let message else { return }
        let declared = DeclaredTotals(values)
        headerTotals = declared
        let reading = HeaderReading(values, messageType: message, totals: declared)
        report(reading.problems, path: path)
        headerValues = nil
        guard let read = reading.header, !isHeaderRefused else { return }
        header = read
        handler(.header(read))
    }

    /// Reads what precedes the transfers of the open block, once.
    func readPayment(path: String) {
        guard let open = payment, open.declared == nil else { return }
        let declared = DeclaredTotals(open.values)
        payment?.declared = declared
        let reading = PaymentReading(
            open.values,
            index: open.index,
            createdOn: header?.createdOn,
            totals: declared
        )
        report(reading.problems, path: path)
        guard let read = reading.payment, payment?.isRefused == false else { return }
        payment?.payment = read
        handler(.payment(read))
    }

    func closePayment(path: String) {
        readPayment(path: path)
        if let payment, let declared = payment.declared {
            if declared.hasCount, declared.count != payment.totals.count {
                let problem = PaymentProblem.paymentCount(
                    declared: declared.count,
                    found: payment.totals.count
                )
                report(
                    problem.explanation,
                    line: declared.countLine,
                    path: path,
                    below: "NbOfTxs"
                )
            }
            checkSum(declared, payment.totals, path: path)
        }
        payment = nil
    }

    func closeTransfer(path: String) {
        guard let open = transfer else { return }
        let reading = CreditTransferReading(open.values)
        report(reading.problems, path: path)
        totals.add(reading.amountMinorUnits)
        payment?.totals.add(reading.amountMinorUnits)
        if let transfer { handler(event(for: transfer, reading, path: path)) }
        transfer = nil
    }

    private func event(
        for transfer: OpenTransfer,
        _ reading: CreditTransferReading,
        path: String
    ) -> PaymentFileEvent {
        let values = transfer.values
        let position = CreditTransferPosition(
            line: values.line,
            path: path,
            paymentID: payment?.values.text("PmtInfId"),
            instructionID: values.text("PmtId/InstrId"),
            endToEndID: values.text("PmtId/EndToEndId")
        )
        guard !transfer.isRefused, let payment = payment?.payment,
            let endToEndID = position.endToEndID, let amount = reading.amountMinorUnits,
            let currency = reading.currency, let name = reading.creditorName,
            let account = reading.creditorAccount
        else {
            return .refusedCreditTransfer(
                RefusedCreditTransfer(position: position, findings: transfer.findings)
            )
        }
        return .creditTransfer(
            CreditTransfer(
                position: position,
                payment: payment,
                endToEndID: endToEndID,
                amountMinorUnits: amount,
                currency: currency,
                creditorName: name,
                creditorAccount: account,
                categoryPurpose: values.text("PmtTpInf/CtgyPurp/Cd")
                    ?? values.text("PmtTpInf/CtgyPurp/Prtry") ?? payment.categoryPurpose,
                purpose: values.text("Purp/Cd") ?? values.text("Purp/Prtry"),
                remittance: values.text("RmtInf/Ustrd")
                    ?? values.text("RmtInf/Strd/CdtrRefInf/Ref"),
                uetr: values.text("PmtId/UETR")
            )
        )
    }

    func checkGroupTotals() {
        guard let declared = headerTotals else { return }
        if declared.count != totals.count {
            let problem = PaymentProblem.groupCount(
                declared: declared.count,
                found: totals.count
            )
            report(
                problem.explanation,
                line: declared.countLine,
                path: "GrpHdr",
                below: "NbOfTxs"
            )
        }
        checkSum(declared, totals, path: "GrpHdr")
    }

    private func checkSum(_ declared: DeclaredTotals, _ found: RunningTotals, path: String) {
        if found.overflowed {
            report(
                PaymentProblem.sumTooLarge.explanation,
                line: declared.sumLine,
                path: path,
                below: "CtrlSum"
            )
        }
        // With an amount that cannot be read any comparison would only repeat that finding.
        guard let sum = declared.sum, found.isSumComplete else { return }
        if case .failure(let refusal) = sum, refusal == .syntax || refusal == .empty { return }
        guard declared.sumMinorUnits != found.sumMinorUnits else { return }
        let problem = PaymentProblem.controlSum(
            declaredMinorUnits: declared.sumMinorUnits,
            foundMinorUnits: found.sumMinorUnits
        )
        report(problem.explanation, line: declared.sumLine, path: path, below: "CtrlSum")
    }

    // MARK: Findings

    private func report(_ problems: [LocatedProblem], path: String) {
        for problem in problems {
            report(problem.explanation, line: problem.line, path: path, below: problem.path)
        }
    }

    func report(_ explanation: Explanation, line: Int, path: String, below name: String) {
        let level: Finding.Level =
            transfer != nil ? .line : payment != nil ? .paymentInformation : .file
        let finding = Finding(
            level: level,
            line: line,
            path: [path, name].filter { !$0.isEmpty }.joined(separator: "/"),
            explanation: explanation
        )
        log.add(finding)
        if level == .line, transfer?.findings.count ?? 0 < limits.findings {
            transfer?.findings.append(finding)
        }
        guard finding.severity == .refusal else { return }
        switch level {
        case .line: transfer?.isRefused = true
        case .paymentInformation: payment?.isRefused = true
        case .file: if headerValues != nil { isHeaderRefused = true }
        }
    }
}
