import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Somebody objects: nothing is taken until that is decided.
struct ObjectToRecall: Sendable {
    let recall: UUID
    /// Whose recalls alone the caller may object to; `nil` for a clerk with a letter.
    let person: UUID?
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ objection: RecallObjection, _ connection: Connection) throws {
        let found = try RecallQueries.lock(recall, of: person, community, connection)
        guard found.state == .announced, found.objectedAt == nil else {
            throw Problem(.recallNotOpen, "The recall can not be objected to any more.")
        }
        try connection.execute(
            """
            UPDATE disbursement.recall
               SET state = 'objected', objection = \(objection.text), objected_by = \(client),
                   objected_at = \(Timestamp(now))
             WHERE community_id = \(community) AND id = \(recall)
            """
        )
    }
}

/// Somebody else than who announced the recall says whether the objection is right.
struct DecideRecall: Sendable {
    let recall: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ decision: RecallDecision, _ connection: Connection) throws {
        let found = try RecallQueries.lock(recall, of: nil, community, connection)
        guard found.state == .objected else {
            throw Problem(.recallNotOpen, "No objection to the recall waits for a decision.")
        }
        guard found.announcedBy.uuid != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who announced the recall decides about the objection."
            )
        }
        try connection.execute(
            """
            UPDATE disbursement.recall
               SET state = \(decision.upheld ? "upheld" : "announced"),
                   decision_reason = \(decision.reason), decided_by = \(client),
                   decided_at = \(Timestamp(now)),
                   ended_at = \(decision.upheld ? Timestamp(now) : nil)
             WHERE community_id = \(community) AND id = \(recall)
            """
        )
    }
}

/// The payer thinks better of it.
struct WithdrawRecall: Sendable {
    let recall: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ withdrawal: RecallWithdrawal, _ connection: Connection) throws {
        let found = try RecallQueries.lock(recall, of: nil, community, connection)
        guard [.announced, .objected].contains(found.state) else {
            throw Problem(.recallNotOpen, "The recall has ended.")
        }
        try connection.execute(
            """
            UPDATE disbursement.recall
               SET state = 'withdrawn', withdrawal_reason = \(withdrawal.reason),
                   withdrawn_by = \(client), ended_at = \(Timestamp(now))
             WHERE community_id = \(community) AND id = \(recall)
            """
        )
    }
}
