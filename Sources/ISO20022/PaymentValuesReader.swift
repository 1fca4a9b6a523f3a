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

/// Why a line that comes as values cannot be used.
package enum PaymentListMistake: Sendable, Equatable {
    /// A member that no line has.
    case unknown(String)
    /// A member of another type than a text.
    case wrongType(String)
}

/// Why nothing of a list that comes as values can be used.
package enum PaymentListFault: Sendable, Equatable {
    case empty
    /// At this line of the source.
    case notJSON(line: Int)
    /// A line of more bytes than the limits allow.
    case lineTooLong
    case missing(String)
    case unknown(String)
    case repeated(String)
    case wrongType(String)
}

/// Reads a list of payments that comes as values: add the lines, finish.
///
/// Judges as the readers of files do. Not thread-safe; one reader reads one list.
package final class PaymentValuesReader {
    private var list: PaymentList
    private let limits: PaymentFileLimits
    private var number = 0
    private var fatal: Finding?
    /// Over the source as it came, for a list of which something has no meaning.
    private var source = ContentDigest()
    private var isUnderstood = true

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

    /// True once the list is beyond saving; what is added from then on changes nothing.
    package var hasGivenUp: Bool { fatal != nil }

    /// Takes the next bytes of what the values are read from, all of them in the end. They are what
    /// counts for the hash of a list of which something could not be understood.
    package func note(source bytes: UnsafeRawBufferPointer) { source.raw(bytes) }

    /// Judges the next line.
    ///
    /// - Parameters:
    ///   - sourceLine: where it stands in the source; its own number unless it is given.
    ///   - mistakes: why it cannot be used; then it is refused for these alone.
    package func add(
        _ line: PaymentListLine,
        sourceLine: Int? = nil,
        mistakes: [PaymentListMistake] = []
    ) {
        guard fatal == nil else { return }
        number += 1
        let place = sourceLine ?? number
        guard list.count < limits.transactions else {
            return abandon(.tooManyTransactions(limit: limits.transactions), line: 1)
        }
        list.begin(line: place)
        let kind = line.accountKind.map { CreditorKind(rawValue: $0)?.scheme ?? $0 }
        let texts: [(String?, PaymentField)] = [
            (line.name, .creditorName), (line.iban, .creditorIBAN),
            (line.account, .creditorOtherAccount), (kind, .creditorScheme),
            (line.amount, .amount), (line.currency, .currency), (line.reference, .endToEndID),
            (line.description, .remittance), (line.purpose, .purpose),
            (line.executionDate, .executionDate),
        ]
        for case (var text?, let field) in texts {
            text.withUTF8 { list.keep($0, as: field, line: place) }
        }
        if !mistakes.isEmpty { isUnderstood = false }
        list.end(problems: mistakes.map { ($0.problem, $0.field) })
    }

    /// Says how many lines the list has, and what they add up to in cents, if its sender says so. Call
    /// once at most, at the end.
    package func declare(count: Int?, sum: Int64?) { list.declare(count: count, sum: sum) }

    /// Gives up: nothing that was added counts.
    package func abandon(_ fault: PaymentListFault, sourceLine: Int) {
        abandon(fault.problem(limits), line: sourceLine)
    }

    private func abandon(_ problem: FormatProblem, line: Int) {
        guard fatal == nil else { return }
        isUnderstood = false
        fatal = Finding(level: .file, line: line, path: "", explanation: problem.explanation)
    }

    /// Ends the list and tells what became of it. Call once.
    package func finish() -> PaymentFileReport {
        if fatal == nil { list.finish() }
        let hash = isUnderstood ? list.digest.finish() : source.finish()
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

extension PaymentListMistake {
    fileprivate var problem: FormatProblem {
        switch self {
        case .unknown(let name): .unexpected(element: name)
        case .wrongType(let name): .wrongType(element: name)
        }
    }

    fileprivate var field: PaymentField? {
        switch self {
        case .unknown: nil
        case .wrongType(let name): ListColumn(rawValue: name)?.field
        }
    }
}

extension PaymentListFault {
    fileprivate func problem(_ limits: PaymentFileLimits) -> FormatProblem {
        switch self {
        case .empty: .empty
        case .notJSON(let line): .notJSON(line: line)
        case .lineTooLong: .textTooLong(limit: limits.textBytes)
        case .missing(let name): .missing(element: name)
        case .unknown(let name): .unexpected(element: name)
        case .repeated(let name): .repeated(element: name)
        case .wrongType(let name): .wrongType(element: name)
        }
    }
}
