import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Makes a programme with its two accounts: the budget, and what is set apart for people who
/// have not enrolled.
struct CreateProgramme: Sendable {
    let creation: ProgrammeCreation
    let community: UUID
    let party: UUID
    let id: UUID
    let now: Instant

    /// Half a year: whoever gets a letter has time to ask for help.
    private static let usualWaitingDays = 180

    func callAsFunction(_ connection: Connection) throws -> Programme {
        if let expiry = creation.potsExpireAt, expiry <= now {
            throw Problem.invalid("/potsExpireAt", "lies in the past")
        }
        if creation.potsExpireAt != nil, creation.creditsLastDays != nil {
            throw Problem.invalid("/creditsLastDays", "goes not together with potsExpireAt")
        }
        let coin = try CoinDigits.find(creation.coin, community: community, connection)
        let institution = try institution(connection)
        let funding = try creation.fundingAccount?.checked(or: FundingReference(of: id))
        if let reference = funding?.reference {
            try FundingQueries.requireUnused(reference, by: id, community, connection)
        }
        let account = UUID()
        let reserved = UUID()
        try Ledger.openAccounts(
            [account],
            .programme,
            coin: coin.code,
            community: community,
            connection
        )
        try Ledger.openAccounts(
            [reserved],
            .reserved,
            coin: coin.code,
            community: community,
            connection
        )
        let inserted = try connection.execute(
            """
            INSERT INTO disbursement.programme (community_id, id, name, coin, institution_id,
                                                run_by, account_id, reserved_account_id, created_at,
                                                pots_expire_at, transparency, funding_iban,
                                                funding_reference, waiting_days,
                                                credits_last_days)
            VALUES (\(community), \(id), \(creation.name), \(coin.code), \(institution),
                    \(party), \(account), \(reserved), \(Timestamp(now)),
                    \(creation.potsExpireAt.map(Timestamp.init)),
                    \((creation.transparency ?? .totals).rawValue), \(funding?.iban),
                    \(funding?.reference.text), \(Int32(creation.waitingDays ?? Self.usualWaitingDays)),
                    \(creation.creditsLastDays.map(Int32.init)))
            ON CONFLICT ON CONSTRAINT programme_funding_reference_taken DO NOTHING
            """
        )
        guard inserted == 1 else {
            throw FundingQueries.referenceTaken
        }
        if let earmark = creation.earmark { try keep(earmark, connection) }
        let rows = try connection.query(ProgrammeQueries.one(id, community: community))
        return try ProgrammeQueries.decode(rows.one())
    }

    /// Pots are marked when they are opened, so this stands before the first of them.
    private func keep(_ earmark: Earmark, _ connection: Connection) throws {
        try earmark.requirePlaces()
        try connection.execute(
            """
            INSERT INTO wallet.earmark (community_id, programme_id, categories, shops)
            VALUES (\(community), \(id), \(earmark.categories), \(earmark.shopIds.map(\.uuid)))
            """
        )
    }

    /// The institution that was named, or else the caller's own where the caller is one.
    private func institution(_ connection: Connection) throws -> UUID? {
        let candidate = creation.institutionId?.uuid ?? party
        let isInstitution = try !connection.query(
            """
            SELECT FROM accounts.party
             WHERE community_id = \(community) AND id = \(candidate) AND kind = 'institution'
            """
        ).isEmpty
        if !isInstitution, creation.institutionId != nil {
            throw Problem(.unknownInstitution, "The community has no such institution.")
        }
        return isInstitution ? candidate : nil
    }
}

extension Earmark {
    /// Throws when money could be spent nowhere.
    func requirePlaces() throws {
        guard !categories.isEmpty || !shopIds.isEmpty else {
            throw Problem.invalid("/earmark", "names neither a category nor a shop")
        }
    }
}
