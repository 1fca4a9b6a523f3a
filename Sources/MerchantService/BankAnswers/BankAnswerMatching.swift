import API
import FoundationEssentials
import ISO20022

/// What was decided about one line of a bank's answer.
struct JudgedLine: Sendable {
    var outcome: BankAnswerOutcome
    var settlement: UUID?
    var redemption: UUID?
}

/// Finds out what the lines of a bank's answer mean for settlements that are held: which payments were
/// made, which were refused or came back, and which files were refused as a whole. No database here.
struct BankAnswerMatching {
    /// What is to be done about a payment.
    private struct Payment {
        let line: SettlementLine
        var state: RedemptionState
        /// Settled by this file.
        var settles = false
        var returns = false
        var reason: String?

        /// Whether its euros have left, also if they came back.
        var wasPaid: Bool { state == .settled || settles || line.settlementTransfer != nil }
    }

    private let settlements: [UUID: HeldSettlement]
    private let byMessage: [String: UUID]
    private var payments: [Payment]
    private let byReference: [String: Int]
    private let bySettlement: [UUID: [Int]]
    /// Settlements that the bank refused as a whole.
    private(set) var refused: [UUID] = []

    init(settlements: [HeldSettlement], lines: [SettlementLine]) {
        self.settlements = Dictionary(uniqueKeysWithValues: settlements.map { ($0.id, $0) })
        byMessage = Dictionary(uniqueKeysWithValues: settlements.map { ($0.messageID, $0.id) })
        payments = lines.map { Payment(line: $0, state: $0.state) }
        byReference = Dictionary(
            uniqueKeysWithValues: lines.enumerated().map { ($1.endToEndID, $0) }
        )
        var bySettlement: [UUID: [Int]] = [:]
        for (index, line) in lines.enumerated() {
            if let settlement = line.settlement {
                bySettlement[settlement, default: []].append(index)
            }
        }
        self.bySettlement = bySettlement
    }

    /// Lines to settle, by settlement.
    var settled: [UUID: [SettlementLine]] {
        var lines: [UUID: [SettlementLine]] = [:]
        for payment in payments where payment.settles {
            if let settlement = payment.line.settlement {
                lines[settlement, default: []].append(payment.line)
            }
        }
        return lines
    }

    /// Lines whose merchants get their coins back, and the bank's reasons.
    var returned: [(line: SettlementLine, reason: String?)] {
        payments.filter(\.returns).map { ($0.line, $0.reason) }
    }

    /// Judges all lines. What the bank says of single payments goes before what it says of a whole
    /// file, wherever it stands: that is about those it does not mention. Money that left goes before
    /// money that came back, which some statements tell the other way round.
    mutating func judge(_ events: [BankMessageEvent]) -> [JudgedLine] {
        var judged = events.map { _ in JudgedLine(outcome: .unknown) }
        for turn in Turn.allCases {
            for (index, event) in events.enumerated() where Turn(event) == turn {
                judged[index] = judge(event)
            }
        }
        return judged
    }

    private enum Turn: CaseIterable {
        case first, cameBack, wholeFile

        init(_ event: BankMessageEvent) {
            switch event {
            case .answer(let answer): self = answer.scope == .transfer ? .first : .wholeFile
            case .movement(let movement): self = movement.isCredit ? .cameBack : .first
            }
        }
    }

    private mutating func judge(_ event: BankMessageEvent) -> JudgedLine {
        switch event {
        case .answer(let answer):
            answer.scope == .transfer ? judgeTransfer(answer) : judgeFile(answer)
        case .movement(let movement): judge(movement)
        }
    }

    // MARK: pain.002

    private enum Answer {
        case paid, refused, pending

        init(_ status: String?) {
            switch status {
            // Settlement completed, on the debtor's or the creditor's account.
            case "ACSC", "ACCC": self = .paid
            case "RJCT", "CANC": self = .refused
            default: self = .pending
            }
        }
    }

    private mutating func judgeTransfer(_ answer: PaymentAnswer) -> JudgedLine {
        guard let message = answer.originalMessageID, let settlement = byMessage[message],
            let reference = answer.originalEndToEndID, let index = byReference[reference],
            payments[index].line.settlement == settlement
        else { return JudgedLine(outcome: .unknown) }
        var judged = line(index)
        if let amount = answer.amountMinorUnits, amount != payments[index].line.net {
            judged.outcome = .amountDiffers
            return judged
        }
        switch Answer(answer.status) {
        case .paid: judged.outcome = pay(index)
        case .pending: judged.outcome = .pending
        case .refused:
            // What has left cannot be refused any more; it can only come back.
            judged.outcome =
                payments[index].state == .settled
                ? .contradicts : giveBack(index, answer.reason)
        }
        return judged
    }

    private mutating func judgeFile(_ answer: PaymentAnswer) -> JudgedLine {
        guard let message = answer.originalMessageID, let settlement = byMessage[message] else {
            return JudgedLine(outcome: .unknown)
        }
        var judged = JudgedLine(outcome: .pending, settlement: settlement)
        let lines = bySettlement[settlement] ?? []
        let open = lines.filter { payments[$0].state == .inSettlement }
        switch Answer(answer.status) {
        case .pending: break
        case .paid:
            judged.outcome = payAll(open, of: settlement)
        case .refused where open.isEmpty || refused.contains(settlement):
            judged.outcome = .repeated
        case .refused where settlements[settlement]?.state != .released:
            judged.outcome = .contradicts
        // A file of which something was paid was not refused as a whole.
        case .refused where lines.contains(where: { payments[$0].wasPaid }):
            judged.outcome = .contradicts
        case .refused:
            // Those that it does not mention were never looked at: they wait for another file.
            refused.append(settlement)
            judged.outcome = .cancelled
        }
        return judged
    }

    // MARK: camt.053, camt.054

    private mutating func judge(_ movement: AccountMovement) -> JudgedLine {
        if let reference = movement.endToEndID, let index = byReference[reference] {
            return judge(movement, of: index)
        }
        let messages = [movement.originalMessageID, movement.originalPaymentID]
        let known = messages.compactMap { $0.flatMap { byMessage[$0] } }
        guard let settlement = known.first
        else { return JudgedLine(outcome: .unknown) }
        return judge(movement, ofAll: settlement)
    }

    private mutating func judge(_ movement: AccountMovement, of index: Int) -> JudgedLine {
        var judged = line(index)
        let payment = payments[index]
        guard movement.currency == "EUR", movement.amountMinorUnits == payment.line.net else {
            judged.outcome = .amountDiffers
            return judged
        }
        guard isOfAccount(movement, judged.settlement) else {
            judged.outcome = .contradicts
            return judged
        }
        if !movement.isBooked {
            judged.outcome = .pending
        } else if movement.isCredit {
            judged.outcome = giveBack(index, movement.returnReason)
        } else {
            judged.outcome = movement.isReversal ? .contradicts : pay(index)
        }
        return judged
    }

    /// One booking for a whole file, as our files ask for.
    private mutating func judge(
        _ movement: AccountMovement,
        ofAll settlement: UUID
    ) -> JudgedLine {
        var judged = JudgedLine(outcome: .contradicts, settlement: settlement)
        guard isOfAccount(movement, settlement), !movement.isCredit, !movement.isReversal else {
            return judged
        }
        let lines = bySettlement[settlement] ?? []
        let open = lines.filter { payments[$0].state == .inSettlement }
        // Without those that the bank refused before, or with those that it brought back already.
        let totals = [open, lines].map { $0.reduce(0) { $0 + payments[$1].line.net } }
        guard movement.currency == "EUR", let amount = movement.amountMinorUnits,
            totals.contains(amount)
        else {
            judged.outcome = .amountDiffers
            return judged
        }
        judged.outcome = movement.isBooked ? payAll(open, of: settlement) : .pending
        return judged
    }

    private func isOfAccount(_ movement: AccountMovement, _ settlement: UUID?) -> Bool {
        guard let account = movement.accountIBAN,
            let settlement = settlement.flatMap({ settlements[$0] })
        else { return settlement != nil }
        return account == settlement.debtorIBAN
    }

    // MARK: Steps

    private func line(_ index: Int) -> JudgedLine {
        JudgedLine(
            outcome: .unknown,
            settlement: payments[index].line.settlement,
            redemption: payments[index].line.redemption
        )
    }

    private mutating func payAll(_ open: [Int], of settlement: UUID) -> BankAnswerOutcome {
        guard !open.isEmpty else { return .repeated }
        var outcome = BankAnswerOutcome.settled
        for index in open where pay(index) != .settled { outcome = .contradicts }
        return outcome
    }

    private mutating func pay(_ index: Int) -> BankAnswerOutcome {
        switch payments[index].state {
        case .settled: return .repeated
        case .requested, .returned: return .contradicts
        case .inSettlement: break
        }
        guard isReleased(index) else { return .contradicts }
        payments[index].state = .settled
        payments[index].settles = true
        return .settled
    }

    private mutating func giveBack(_ index: Int, _ reason: String?) -> BankAnswerOutcome {
        switch payments[index].state {
        case .returned: return .repeated
        case .requested: return .contradicts
        case .settled, .inSettlement: break
        }
        guard payments[index].state == .settled || isReleased(index) else { return .contradicts }
        payments[index].state = .returned
        payments[index].returns = true
        payments[index].reason = reason
        return .returned
    }

    private func isReleased(_ index: Int) -> Bool {
        guard let settlement = payments[index].line.settlement, !refused.contains(settlement)
        else { return false }
        return settlements[settlement]?.state == .released
    }
}
