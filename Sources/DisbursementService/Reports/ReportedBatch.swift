import API
import FoundationEssentials
import ISO20022

/// A batch as its sender gets it reported: what was read at one moment, without the lines' own words.
struct ReportedBatch: Sendable {
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
    var outcomes: LineOutcomes
    let refusals: [Refusal]

    /// ISO 20022 wants an identification even where the file gave none.
    static let notProvided = "NOTPROVIDED"

    /// The report without its blocks, as the message with this id: version 03 for version 03, 10 for
    /// 09.
    func head(id: UUID, createdAtMicroseconds: Int64) -> PaymentStatusReport {
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
            groupStatus: groupStatus(of: 0..<outcomes.count),
            reasons: (state == .cancelled ? [.init(code: .DS02)] : [])
                + refusals.filter { $0.level == .file }.compactMap(Self.reason)
        )
    }

    /// The block that begins with the line at this place, with what was found against it, without its
    /// transactions.
    func block(
        from first: Int,
        named paymentID: String,
        _ refusals: [Refusal]
    ) -> PaymentStatusReport.Payment {
        let lines = outcomes.block(from: first)
        return PaymentStatusReport.Payment(
            id: paymentID.isEmpty ? Self.notProvided : paymentID,
            count: lines.count,
            status: groupStatus(of: lines),
            reasons: refusals.compactMap(Self.reason)
        )
    }

    /// The line at this place, with what was found against it.
    func transaction(
        _ line: ReportedLine,
        at place: Int,
        _ refusals: [Refusal]
    ) -> PaymentStatusReport.Transaction {
        let outcome = outcomes[place]
        var reasons = refusals.compactMap(Self.reason)
        // A finding may have been one too many to keep; what the ledger refuses has none.
        if reasons.isEmpty { reasons = reason(of: outcome).map { [$0] } ?? [] }
        return PaymentStatusReport.Transaction(
            instructionID: line.instructionID,
            endToEndID: line.endToEndID.isEmpty ? nil : line.endToEndID,
            status: status(of: outcome.state),
            reasons: reasons,
            amountMinorUnits: line.amount > 0 ? line.amount : nil
        )
    }

    /// Why the line is not paid when nothing was found against it; nil when it is, or may be.
    private func reason(of outcome: LineOutcomes.Outcome) -> PaymentStatusReport.Reason? {
        if let reason = outcome.reason { return .init(code: reason) }
        guard status(of: outcome.state) == .RJCT else { return nil }
        if state == .cancelled { return .init(code: .DS02) }
        return outcome.state == .refused
            ? .init(code: .NARR, text: "Refused with its block.")
            : .init(code: .NARR, text: "The file was refused as a whole.")
    }

    private func status(
        of line: InstructionState
    ) -> PaymentStatusReport.TransactionStatus {
        switch PaymentStatus(of: line, in: state) {
        case .ACCC: .ACCC
        case .ACSP: .ACSP
        case .PDNG: .PDNG
        case .RJCT: .RJCT
        }
    }

    private func groupStatus(of lines: Range<Int>) -> PaymentStatusReport.GroupStatus {
        switch state {
        case .refused, .cancelled: return .RJCT
        case .draft, .validated: return .PDNG
        case .approved, .executing, .done, .partlyDone: break
        }
        let statuses = Set(outcomes.states(in: lines).map(status))
        if statuses == [.RJCT] { return .RJCT }
        if statuses.contains(.RJCT) { return .PART }
        if statuses == [.ACCC] { return .ACSC }
        return statuses == [.PDNG] ? .PDNG : .ACSP
    }

    private static func reason(_ refusal: Refusal) -> PaymentStatusReport.Reason? {
        StatusReason(rawValue: refusal.code).map { .init(code: $0, text: refusal.text) }
    }
}
