/// One remark about a payment file, in words a clerk can act on. Carries no names of people, no
/// account numbers and no free text of payments; elements and columns that are unknown it names.
package struct Finding: Sendable, Equatable, Codable {
    /// What the finding is about.
    package enum Level: String, Sendable, Codable {
        /// The file as a whole, or its group header.
        case file
        /// One payment information block (`PmtInf`).
        case paymentInformation = "payment"
        /// One credit transfer (`CdtTrfTxInf`).
        case line
    }

    /// What follows from it.
    package enum Severity: String, Sendable, Codable {
        /// It cannot be carried out as it stands.
        case refusal
        /// It can be carried out; somebody should know.
        case remark
    }

    package let level: Level
    package let severity: Severity
    /// Line of the source file, from 1; 1 where the file as a whole is meant.
    package let line: Int
    /// Elements below the message, for example `PmtInf[3]/CdtTrfTxInf[1]/Amt/InstdAmt`; of a list
    /// the row and its column, for example `row[12]/amount`; of values a pointer (RFC 6901) such as
    /// `/lines/11/amount`.
    package let path: String
    /// Number of the block in the file, from 1; nil when the file as a whole is meant.
    package let payment: Int?
    /// Number of the credit transfer in the file, from 1; nil above the level of lines.
    package let transaction: Int?
    package let code: StatusReason
    /// English.
    package let text: String
    /// Dutch.
    package let textDutch: String

    init(
        level: Level,
        line: Int,
        path: String,
        payment: Int? = nil,
        transaction: Int? = nil,
        explanation: Explanation
    ) {
        self.level = level
        severity = explanation.severity
        self.line = line
        self.path = path
        self.payment = payment
        self.transaction = transaction
        code = explanation.code
        text = explanation.english
        textDutch = explanation.dutch
    }
}

/// The codes of the ISO 20022 external status reason code set that this library uses.
package enum StatusReason: String, Sendable, Codable, CaseIterable {
    /// Debtor account number invalid or missing.
    case AC02
    /// Creditor account number invalid or missing.
    case AC03
    /// Creditor account closed.
    case AC07
    /// Amount is zero.
    case AM01
    /// Amount above the allowed maximum.
    case AM02
    /// Currency that cannot be processed.
    case AM03
    /// Not enough money.
    case AM04
    /// The same credit again.
    case AM05
    /// Sum of the amounts differs from the control sum.
    case AM10
    /// Currency invalid or missing.
    case AM11
    /// Amount invalid or missing.
    case AM12
    /// Amount above what was agreed.
    case AM14
    /// Number of transactions of the group invalid or missing.
    case AM19
    /// Number of transactions of a payment information block invalid.
    case AM20
    /// Receiver not known.
    case BE06
    /// Creditor name missing.
    case BE22
    /// Requested execution date too far in the past.
    case CH04
    /// Element not allowed.
    case CH17
    /// More decimals than the currency has.
    case CH20
    /// Somebody who may has cancelled the order.
    case DS02
    /// Date that does not exist.
    case DT01
    /// Creation date and time invalid.
    case DT02
    /// Execution date is moved.
    case DT06
    /// Message identification not unique.
    case DU01
    /// File format incomplete or invalid.
    case FF01
    /// No reason told.
    case MS03
    /// The reason is told in words.
    case NARR
    /// Characters outside the agreed set.
    case RR10
}

/// What a problem means: its code, its weight and its words in two languages.
struct Explanation: Sendable, Equatable {
    let code: StatusReason
    let severity: Finding.Severity
    let english: String
    let dutch: String

    static func refusal(_ code: StatusReason, _ english: String, _ dutch: String) -> Explanation {
        Explanation(code: code, severity: .refusal, english: english, dutch: dutch)
    }

    static func remark(_ code: StatusReason, _ english: String, _ dutch: String) -> Explanation {
        Explanation(code: code, severity: .remark, english: english, dutch: dutch)
    }
}

/// Keeps the first findings of each severity at each level and counts the others, so that a hopeless
/// file cannot fill the memory, remarks cannot crowd out refusals, and lines not what refuses more.
struct FindingLog {
    private struct Kind: Hashable {
        let level: Finding.Level
        let severity: Finding.Severity
    }

    private(set) var kept: [Finding] = []
    private(set) var omitted = 0
    private(set) var refusals = 0
    private var counts: [Kind: Int] = [:]
    let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts one finding, and makes it only when it is to be kept.
    /// - Returns: what was kept.
    @discardableResult
    mutating func add(
        _ severity: Finding.Severity,
        at level: Finding.Level,
        _ make: () -> Finding
    ) -> Finding? {
        if severity == .refusal { refusals += 1 }
        let count = counts[Kind(level: level, severity: severity), default: 0] + 1
        counts[Kind(level: level, severity: severity)] = count
        guard count <= limit else {
            omitted += 1
            return nil
        }
        let finding = make()
        kept.append(finding)
        return finding
    }
}
