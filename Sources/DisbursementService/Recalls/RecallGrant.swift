import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Announces that what is left of a grant will be taken back when the waiting period is over.
struct RecallGrant: Sendable {
    let creation: RecallCreation
    let grant: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    private static let microsecondsPerDay: Int64 = 86_400_000_000

    func callAsFunction(_ connection: Connection) throws -> Recall {
        let found = try GrantQueries.grants(
            connection.query(GrantQueries.find(grant, of: nil, community))
        )
        guard let grant = found.first else { throw Problem.notFound("grant") }
        let most = try most(of: grant)
        guard grant.left.value != "0.00" else {
            throw Problem(.nothingToRecall, "Nothing is left of the grant.")
        }
        let rules = try GrantRulesQueries.decode(
            connection.query(GrantRulesQueries.find(grant.programmeId.uuid, community)).one()
        )
        let due = Instant(
            microseconds: now.microseconds
                + Int64(rules.recallWaitingDays) * Self.microsecondsPerDay
        )
        let added = try connection.execute(
            RecallQueries.insert(self, grant, most: most, due: due)
        )
        guard added == 1 else {
            throw Problem(.grantBeingRecalled, "A recall of the grant has not ended.")
        }
        return try RecallQueries.recalls(
            connection.query(RecallQueries.find(id, of: nil, community))
        )[0]
    }

    private func most(of grant: Grant) throws -> Int64? {
        guard let amount = creation.amount else { return nil }
        guard amount.coin == grant.amount.coin else {
            throw Problem(.unknownCoin, "The grant is of another coin.")
        }
        return try amount.minorUnits(digits: CoinDigits.pegged)
    }
}
