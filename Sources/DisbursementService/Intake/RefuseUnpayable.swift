import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Refuses lines of a file that has arrived whole and of which it is known that they cannot be paid:
/// by the rules of the programme, or because the receiver is not there any more.
struct RefuseUnpayable {
    let intake: Intake
    let file: ReceivedFile
    let settings: FileSettingsQueries.InForce

    /// Whether any line was refused, and the file with what is to be said about it.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (hasRefused: Bool, file: ReceivedFile) {
        let kept = file.report.findings.count {
            $0.severity == .refusal && $0.level == .line
        }
        try connection.executeScript(UnpayableQueries.patience)
        let refused = try UnpayableQueries.refuse(
            intake,
            atOnce: settings.execution == .atOnce,
            telling: max(1, PaymentFileLimits().findings - kept),
            connection
        )
        guard let total = refused.first?.total else { return (false, file) }
        let rule = try CreditRuleInForce.find(
            of: intake.programme,
            intake.community,
            connection
        )
        var told = file
        told.report = file.report.adding(
            try refused.map { try finding($0, rule) },
            omitted: total - refused.count
        )
        return (true, told)
    }

    private func finding(
        _ line: UnpayableQueries.Line,
        _ rule: CreditRuleInForce?
    ) throws -> ISO20022.Finding {
        ISO20022.Finding(
            try problem(line, rule),
            in: line.nr,
            at: file.numbering.place(of: line.nr),
            line: line.sourceLine,
            of: intake.form.source
        )
    }

    private func problem(
        _ line: UnpayableQueries.Line,
        _ rule: CreditRuleInForce?
    ) throws -> PayerProblem {
        switch (line.refusal, rule) {
        case (.receiverGone, _):
            return .receiverGone
        case (.outsideDays, let rule?):
            return .outsideDays(line.plannedOn, from: rule.paysFrom, until: rule.paysUntil)
        case (.aboveCreditLimit, let rule?):
            if let most = rule.mostPerCredit { return .aboveCreditLimit(most) }
        case (.abovePersonLimit, let rule?):
            if let most = rule.mostPerPerson { return .abovePersonLimit(most.amount, most.period) }
        case (_, nil): break
        }
        throw PostgresError.decoding("a line is refused by a rule that is not there")
    }
}
