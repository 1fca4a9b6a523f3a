import API
import Domain
import FoundationEssentials
import ISO20022

/// A batch as its sender gets it reported: pure, made from what was read at one moment.
struct ReportedBatch: Sendable {
    /// One line of the file.
    struct Line: Sendable {
        let nr: Int
        let paymentID: String
        let instructionID: String?
        let endToEndID: String
        /// Cents; 0 when it was not readable.
        let amount: Int64
        let state: InstructionState
        var refusalCode: String?
    }

    /// One refusal among the findings.
    struct Refusal: Sendable {
        let level: FindingLevel
        let nr: Int?
        let paymentID: String?
        let code: String
        let text: String
    }

    let state: BatchState
    let messageID: String?
    let messageType: String?
    let statedCount: Int?
    /// Cents.
    let statedSum: Int64?
    /// In the order of the file.
    var lines: [Line]
    let refusals: [Refusal]

    /// ISO 20022 wants an identification even where the file gave none.
    private static let notProvided = "NOTPROVIDED"

    /// The report, as the message with this id: version 03 for version 03, 10 for 09.
    func report(id: UUID, createdAtMicroseconds: Int64) -> PaymentStatusReport {
        let isNewer = messageType == PaymentMessageType.pain00100109.rawValue
        return PaymentStatusReport(
            version: isNewer ? .pain00200110 : .pain00200103,
            messageID: id.uuidString.replacing("-", with: ""),
            createdAtMicroseconds: createdAtMicroseconds,
            original: .init(
                messageID: messageID ?? Self.notProvided,
                messageType: messageType ?? Self.notProvided,
                count: statedCount,
                controlSumMinorUnits: statedSum
            ),
            groupStatus: groupStatus(of: lines),
            reasons: (state == .cancelled ? [.init(code: .DS02)] : [])
                + reasons { $0.level == .file },
            payments: payments()
        )
    }

    /// Neighbouring lines of one block belong together.
    private func payments() -> [PaymentStatusReport.Payment] {
        let reasonsByLine = Dictionary(grouping: refusals.filter { $0.nr != nil }) { $0.nr ?? 0 }
        let blocks = lines.chunked { $0.paymentID == $1.paymentID }
        return blocks.map { block in
            let paymentID = block[0].paymentID
            return PaymentStatusReport.Payment(
                id: paymentID.isEmpty ? Self.notProvided : paymentID,
                count: block.count,
                status: groupStatus(of: block),
                reasons: reasons { $0.level == .payment && $0.paymentID == paymentID },
                transactions: block.map { transaction($0, reasonsByLine[$0.nr] ?? []) }
            )
        }
    }

    private func transaction(
        _ line: Line,
        _ refusals: [Refusal]
    ) -> PaymentStatusReport.Transaction {
        var reasons = refusals.compactMap(Self.reason)
        // A finding may have been one too many to keep; what the ledger refuses has none.
        if reasons.isEmpty, let reason = line.reason { reasons = [.init(code: reason)] }
        return PaymentStatusReport.Transaction(
            instructionID: line.instructionID,
            endToEndID: line.endToEndID.isEmpty ? nil : line.endToEndID,
            status: status(of: line),
            reasons: reasons,
            amountMinorUnits: line.amount > 0 ? line.amount : nil
        )
    }

    private func status(of line: Line) -> PaymentStatusReport.TransactionStatus {
        switch PaymentStatus(of: line.state, in: state) {
        case .ACCC: .ACCC
        case .ACSP: .ACSP
        case .PDNG: .PDNG
        case .RJCT: .RJCT
        }
    }

    private func groupStatus(of lines: [Line]) -> PaymentStatusReport.GroupStatus {
        switch state {
        case .refused, .cancelled: return .RJCT
        case .draft, .validated: return .PDNG
        case .approved, .executing, .done, .partlyDone: break
        }
        let statuses = Set(lines.map(status))
        if statuses == [.RJCT] { return .RJCT }
        if statuses.contains(.RJCT) { return .PART }
        if statuses == [.ACCC] { return .ACSC }
        return statuses == [.PDNG] ? .PDNG : .ACSP
    }

    private func reasons(
        _ isMeant: (Refusal) -> Bool
    ) -> [PaymentStatusReport.Reason] {
        refusals.filter(isMeant).compactMap(Self.reason)
    }

    private static func reason(_ refusal: Refusal) -> PaymentStatusReport.Reason? {
        StatusReason(rawValue: refusal.code).map { .init(code: $0, text: refusal.text) }
    }
}

extension ReportedBatch.Line {
    /// Why it was not paid, as far as the line itself tells.
    fileprivate var reason: StatusReason? {
        switch state {
        case .acceptable, .parked, .credited, .waiting: nil
        case .dropped: .AM05
        // Nobody has come to enrol.
        case .returned: .BE06
        case .refused: refusalCode.flatMap(StatusReason.init(rawValue:))
        case .failed:
            refusalCode.flatMap {
                LedgerRefusal(rawValue: $0)?.statusReason
                    ?? CreditRefusal(rawValue: $0)?.statusReason
            } ?? .MS03
        }
    }
}

extension CreditRefusal {
    fileprivate var statusReason: StatusReason {
        switch self {
        case .outsideDays: .DT01
        case .aboveCreditLimit: .AM02
        case .abovePersonLimit: .AM14
        }
    }
}

extension LedgerRefusal {
    fileprivate var statusReason: StatusReason {
        switch self {
        case .unknownAccount: .AC03
        case .accountNotOpen, .accountExpired: .AC07
        case .amountOutOfRange: .AM12
        case .aboveCeiling: .AM02
        case .dailyReceivingLimit: .AM14
        case .insufficientFunds: .AM04
        default: .MS03
        }
    }
}

extension Array {
    /// Runs of neighbours that belong together; none is empty.
    fileprivate func chunked(by belongTogether: (Element, Element) -> Bool) -> [[Element]] {
        var runs: [[Element]] = []
        var run: [Element] = []
        for element in self {
            if let last = run.last, !belongTogether(last, element) {
                runs.append(run)
                run = []
            }
            run.append(element)
        }
        return run.isEmpty ? runs : runs + [run]
    }
}
