import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Carries out what a bank's answer says, all of it in one transaction, and keeps what became of each
/// line. A file that was imported before changes nothing.
struct ImportBankAnswer: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let file: ReceivedBankAnswer
    let newID: @Sendable () -> UUID
    let now: Instant

    /// The answer, and whether it is the first time that this file came.
    func callAsFunction(_ connection: Connection) throws -> (answer: BankAnswer, isNew: Bool) {
        guard try BankAnswerQueries.insert(self, connection) else {
            return (try BankAnswerQueries.answer(file.sha256, community, connection), false)
        }
        let references = file.events.compactMap(Self.reference)
        let held = try SettlementLineQueries.hold(
            messages: file.events.flatMap(Self.messages),
            references: references,
            community,
            connection
        )
        let lines = try SettlementLineQueries.holdLines(
            of: held.map(\.id),
            references: references,
            community,
            connection
        )
        var matching = BankAnswerMatching(settlements: held, lines: lines)
        let judged = matching.judge(file.events)
        try carryOut(matching, held, connection)
        try BankAnswerQueries.insert(judged, of: self, connection)
        return (try BankAnswerQueries.answer(file.sha256, community, connection), true)
    }

    private func carryOut(
        _ matching: BankAnswerMatching,
        _ held: [HeldSettlement],
        _ connection: Connection
    ) throws {
        let post = PostSettlement(community: community, caller: caller, now: now)
        let coins = Dictionary(uniqueKeysWithValues: held.map { ($0.id, $0.coin) })
        var transfers: [UUID: UUID] = [:]
        let settled = matching.settled
        for settlement in held {
            guard let lines = settled[settlement.id] else { continue }
            let transfer = newID()
            for line in lines { transfers[line.redemption] = transfer }
            try post.settle(
                lines,
                of: settlement.coin,
                as: transfer,
                reference: file.messageID ?? settlement.messageID,
                connection
            )
        }
        var returned: [String: [(line: SettlementLine, reason: String?)]] = [:]
        for (line, reason) in matching.returned {
            guard let coin = line.settlement.flatMap({ coins[$0] }) else { continue }
            var line = line
            line.settlementTransfer = line.settlementTransfer ?? transfers[line.redemption]
            returned[coin, default: []].append((line, reason))
        }
        for coin in returned.keys.sorted() {
            try post.giveBack(returned[coin] ?? [], of: coin, newID: newID, connection)
        }
        for settlement in matching.refused {
            try SettlementChanges.cancel(
                settlement,
                by: caller.client,
                at: now,
                reason: "The bank refused the file.",
                answer: id,
                community,
                connection
            )
        }
        for settlement in held {
            _ = try SettlementChanges.closeAnswered(settlement.id, at: now, community, connection)
        }
    }

    private static func reference(_ event: BankMessageEvent) -> String? {
        switch event {
        case .answer(let answer): answer.originalEndToEndID
        case .movement(let movement): movement.endToEndID
        }
    }

    private static func messages(_ event: BankMessageEvent) -> [String] {
        switch event {
        case .answer(let answer): [answer.originalMessageID].compactMap { $0 }
        case .movement(let movement):
            [movement.originalMessageID, movement.originalPaymentID].compactMap { $0 }
        }
    }
}
