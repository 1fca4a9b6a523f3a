/// Where a reader hands over what it has read, in the order of the file.
struct PaymentSink {
    var header: ((PaymentFileHeader) -> Void)?
    /// Set where blocks are wanted as values, which costs time.
    var payment: ((PaymentInformation) -> Void)?
    let line: (borrowing PaymentLine, borrowing PaymentSections) -> Void
    var refusedPayment: ((RefusedPayment) -> Void)?

    init(
        line: @escaping (borrowing PaymentLine, borrowing PaymentSections) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) {
        self.line = line
        self.refusedPayment = refusedPayment
    }

    /// Makes values of everything.
    init(handler: @escaping (PaymentFileEvent) -> Void) {
        header = { handler(.header($0)) }
        payment = { handler(.payment($0)) }
        line = { line, sections in handler(PaymentFileEvent(line, sections)) }
    }
}

extension PaymentFileEvent {
    fileprivate init(_ line: borrowing PaymentLine, _ sections: borrowing PaymentSections) {
        let position = CreditTransferPosition(line, form: sections.form)
        guard !line.isRefused, let payment = sections.payment,
            let endToEndID = position.endToEndID, let amount = line.amountMinorUnits,
            let currency = Self.text(line.currency), let name = Self.text(line.creditorName),
            let account = line.creditor
        else {
            let refused = RefusedCreditTransfer(position: position, findings: line.findings)
            self = .refusedCreditTransfer(refused)
            return
        }
        self = .creditTransfer(
            CreditTransfer(
                position: position,
                payment: payment,
                endToEndID: endToEndID,
                amountMinorUnits: amount,
                currency: currency,
                creditorName: name,
                creditorAccount: account,
                categoryPurpose: Self.text(line.categoryPurpose),
                purpose: Self.text(line.purpose),
                remittance: Self.text(line.remittance),
                uetr: Self.text(line.uetr)
            )
        )
    }

    fileprivate static func text(_ bytes: PaymentLine.Bytes?) -> String? {
        bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}

extension CreditTransferPosition {
    fileprivate init(_ line: borrowing PaymentLine, form: SourceForm) {
        let place = SourcePlace(
            form: form,
            level: .line,
            payment: line.payment,
            number: line.number,
            numberInPayment: line.numberInPayment
        )
        self.line = line.sourceLine
        path = place.path
        paymentID = PaymentFileEvent.text(line.paymentID)
        instructionID = PaymentFileEvent.text(line.instructionID)
        endToEndID = PaymentFileEvent.text(line.endToEndID)
    }
}
