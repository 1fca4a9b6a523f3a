import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Sets the next version of how a programme treats its files; those that were handed in before keep
/// theirs.
struct SetFileSettings: Sendable {
    let creation: FileSettingsCreation
    let programme: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    /// What holds now, and what held before.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (settings: FileSettings, before: FileSettings?) {
        guard
            let code = try ProgrammePolicyQueries.lockedCoin(of: programme, community, connection)
        else { throw Problem.notFound("programme") }
        let threshold = try threshold(in: code, connection)
        let before = try FileSettingsQueries.versions.newest(of: programme, community, connection)
        let settings = FileSettings(
            programmeId: Identifier(programme),
            version: (before?.version ?? 0) + 1,
            acceptance: creation.acceptance ?? .whole,
            execution: creation.execution ?? .requestedDate,
            period: creation.period ?? .month,
            twoApproversFrom: creation.twoApproversFrom,
            setAt: now
        )
        try connection.execute(
            FileSettingsQueries.insert(
                settings,
                twoApproversFrom: threshold,
                by: client,
                community
            )
        )
        return (settings, before)
    }

    private func threshold(in code: String, _ connection: Connection) throws -> Int64? {
        guard let amount = creation.twoApproversFrom else { return nil }
        guard amount.coin == code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        let coin = try CoinDigits.find(code, community: community, connection)
        return try amount.minorUnits(digits: coin.digits)
    }
}
