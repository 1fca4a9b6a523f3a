/// One line of a list that comes as values, such as from JSON. All texts as the sender wrote them:
/// what is wrong with them is found, not thrown.
package struct PaymentListLine: Sendable, Equatable, Codable {
    /// The creditor's name.
    package var name: String
    /// The creditor's IBAN; else `account` and `accountKind`.
    package var iban: String?
    /// Another account of the creditor, 1 to 34 characters.
    package var account: String?
    /// A `CreditorKind` other than `iban`.
    package var accountKind: String?
    /// Such as `12.50`.
    package var amount: String
    /// `EUR` when it is absent.
    package var currency: String?
    /// Up to 35 characters that the sender knows the line by; `NOTPROVIDED` when it is absent.
    package var reference: String?
    /// Up to 140 characters for the creditor.
    package var description: String?
    /// Four letter code such as `BENE`, or another word of up to 35 characters.
    package var purpose: String?
    /// `YYYY-MM-DD`; the list's own when it is absent.
    package var executionDate: String?

    /// A line with a name and an amount; the rest is set as needed.
    package init(name: String, amount: String) {
        self.name = name
        self.amount = amount
    }
}

/// Reads a list of payments that comes as values: add the lines, finish.
///
/// Judges as the readers of files do. Not thread-safe; one reader reads one list.
package final class PaymentValuesReader {
    private var list: PaymentList
    private let limits: PaymentFileLimits
    private var number = 0
    private var fatal: Finding?

    /// - Parameters:
    ///   - header: what is known of the list as a whole.
    ///   - line: called for each line while it is added.
    ///   - refusedPayment: called at the end of each block that is refused for what it says itself;
    ///     neighbours with the same execution date make a block.
    package init(
        header: PaymentListHeader,
        limits: PaymentFileLimits = PaymentFileLimits(),
        line: @escaping (borrowing PaymentLine) -> Void,
        refusedPayment: @escaping (RefusedPayment) -> Void
    ) {
        let sink = PaymentSink(line: { found, _ in line(found) }, refusedPayment: refusedPayment)
        list = PaymentList(header, form: .values, limits: limits, sink: sink)
        self.limits = limits
    }

    /// Judges the next line.
    package func add(_ line: PaymentListLine) {
        guard fatal == nil else { return }
        number += 1
        guard list.count < limits.transactions else {
            let problem = FormatProblem.tooManyTransactions(limit: limits.transactions)
            fatal = Finding(level: .file, line: 1, path: "lines", explanation: problem.explanation)
            return
        }
        list.begin(line: number)
        let kind = line.accountKind.map { CreditorKind(rawValue: $0)?.scheme ?? $0 }
        let texts: [(String?, PaymentField)] = [
            (line.name, .creditorName), (line.iban, .creditorIBAN),
            (line.account, .creditorOtherAccount), (kind, .creditorScheme),
            (line.amount, .amount), (line.currency, .currency), (line.reference, .endToEndID),
            (line.description, .remittance), (line.purpose, .purpose),
            (line.executionDate, .executionDate),
        ]
        for case (var text?, let field) in texts {
            text.withUTF8 { list.keep($0, as: field, line: number) }
        }
        list.end()
    }

    /// Ends the list and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        if fatal == nil { list.finish() }
        let hash = list.digest.finish()
        guard let fatal else {
            return PaymentFileReport(
                messageType: "json",
                encoding: .utf8,
                contentHash: hash,
                list.sections
            )
        }
        return PaymentFileReport(
            messageType: "json",
            encoding: .utf8,
            contentHash: hash,
            fatal: fatal
        )
    }
}
