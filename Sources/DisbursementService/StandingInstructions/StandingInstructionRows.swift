import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Standing instructions as their query tells them.
extension StandingInstructionQueries {
    @Sendable static func instructions(_ rows: Rows) throws -> [StandingInstruction] {
        try rows.map(instruction)
    }

    private static func instruction(_ row: Row) throws -> StandingInstruction {
        let (
            id, programme, name, coin, person, purpose, reference, onClosedDay, waiting,
            stopped, createdBy, createdAt, nrs, amounts, days, froms, untils, states, needed,
            approved, approvers, moments
        ) = try row.decode(
            UUID.self,
            UUID.self,
            String.self,
            String.self,
            UUID.self,
            String.self,
            String?.self,
            String.self,
            String?.self,
            String?.self,
            UUID.self,
            Timestamp.self,
            [Int32].self,
            [Int64].self,
            [Int32].self,
            [String].self,
            [String].self,
            [String].self,
            [Int16].self,
            [Int32].self,
            [UUID].self,
            [Timestamp].self
        )
        let digits = CoinDigits(code: coin, digits: CoinDigits.pegged)
        let terms = try nrs.indices.map { place in
            StandingTerm(
                nr: Int(nrs[place]),
                amount: digits.amount(amounts[place]),
                day: Int(days[place]),
                fromOn: froms[place],
                untilOn: untils[place].isEmpty ? nil : untils[place],
                state: try word(states[place]),
                approvalsNeeded: Int(needed[place]),
                approvals: approved.indices.filter { approved[$0] == nrs[place] }.map {
                    Approver(
                        approvedBy: Identifier(approvers[$0]),
                        approvedAt: Instant(moments[$0])
                    )
                }
            )
        }
        let proposed = terms.first { $0.state == .proposed }
        return StandingInstruction(
            id: Identifier(id),
            programmeId: Identifier(programme),
            programmeName: name,
            personId: purpose == "subsidy" ? nil : Identifier(person),
            merchantId: purpose == "subsidy" ? Identifier(person) : nil,
            purpose: try word(purpose),
            reference: reference,
            onClosedDay: try word(onClosedDay),
            state: stopped != nil
                ? .stopped
                : terms.contains { $0.state == .approved } ? .active : .proposed,
            terms: terms,
            approvalsMissing: proposed.map { $0.approvalsNeeded - $0.approvals.count } ?? 0,
            waitingReason: waiting,
            stoppedFromOn: stopped,
            createdBy: Identifier(createdBy),
            createdAt: Instant(createdAt)
        )
    }

    private static func word<Word: RawRepresentable<String>>(_ text: String) throws -> Word {
        guard let word = Word(rawValue: text) else {
            throw PostgresError.decoding("a standing instruction with an unknown word")
        }
        return word
    }
}
