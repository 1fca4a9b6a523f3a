import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Says which code of a bookkeeping stands for a kind of account, from now on and for every period:
/// journals show the codes as they are set when they are read.
struct SetJournalCode: Sendable {
    let setting: JournalCodeSetting
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    /// The accounts that there are one of per programme.
    private static let ofProgrammes: Set<JournalAccount> = [
        .programme, .reserved, .pot, .sponsor, .commitment,
    ]

    /// The code before, if there was one, and the code now.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (before: JournalCode?, now: JournalCode) {
        _ = try CoinDigits.find(setting.coin, community: community, connection)
        if let programme = setting.programmeId?.uuid {
            guard Self.ofProgrammes.contains(setting.account) else {
                throw Problem(.invalidRequest, "No programme has an account of this kind.")
            }
            let found = try ProgrammeAccounts.find(programme, community: community, connection)
            guard found?.coin.code == setting.coin else {
                throw Problem(.unknownProgramme, "No programme of this coin has that id.")
            }
        }
        let before = try JournalQueries.codes(
            connection.query(JournalQueries.same(as: setting, community))
        ).first
        let codes = try JournalQueries.codes(
            connection.query(
                JournalQueries.set(setting, id: id, community, by: client, at: now)
            )
        )
        return (before, codes[0])
    }
}
