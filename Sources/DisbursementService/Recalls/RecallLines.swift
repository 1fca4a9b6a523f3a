import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Announces recalls of the grants that lines of one batch became, all in one commit. Lines that cannot
/// be recalled do not keep the others; each is answered with why.
struct RecallLines: Sendable {
    let creation: LineRecallCreation
    let batch: UUID
    let community: UUID
    let client: UUID
    let now: Instant
    /// Ids of the recalls.
    let newID: @Sendable () -> UUID

    func callAsFunction(_ connection: Connection) throws -> LineRecalls {
        let (programme, coin) = try LineRecallQueries.programme(of: batch, community, connection)
        let terms = try RecallTerms(
            RecallCreation(reason: creation.reason, amount: creation.amount),
            programme: programme,
            coin: coin,
            community: community,
            client: client,
            now: now,
            connection
        )
        let lines = try LineRecallQueries.lines(
            Set(creation.lines).map { Int32(clamping: $0) },
            of: batch,
            community,
            connection
        )
        let recalls = lines.compactMap { $0.recall(id: newID) }
        let announced = try RecallQueries.announce(recalls, terms, connection)
        return result(
            of: lines,
            Dictionary(uniqueKeysWithValues: recalls.map { ($0.grant, $0.id) })
                .filter { announced.contains($0.key) },
            CoinDigits(code: coin, digits: CoinDigits.pegged),
            due: terms.dueAt
        )
    }

    /// Each line in the list where it belongs; `announced` has the recalls by their grants.
    private func result(
        of lines: [RecallableLine],
        _ announced: [UUID: UUID],
        _ digits: CoinDigits,
        due: Instant
    ) -> LineRecalls {
        var result = LineRecalls(dueAt: due, recalled: [], unrecalled: [])
        for line in lines {
            if let grant = line.grant, let recall = announced[grant] {
                result.recalled.append(
                    RecalledLine(
                        line: Int(line.nr),
                        grantId: Identifier(grant),
                        recallId: Identifier(recall),
                        left: digits.amount(line.left)
                    )
                )
            } else {
                // One that could have been recalled was recalled by somebody else meanwhile.
                let reason = line.obstacle ?? .beingRecalled
                result.unrecalled.append(UnrecalledLine(line: Int(line.nr), reason: reason))
            }
        }
        return result
    }
}

extension RecalledLine {
    /// What the audit trail keeps of each, as of the recall of one grant.
    var auditEntry: AuditEntry {
        AuditEntry(
            .recall,
            recallId,
            to: ["state": RecallState.announced.rawValue, "grantId": grantId.description]
        )
    }
}
