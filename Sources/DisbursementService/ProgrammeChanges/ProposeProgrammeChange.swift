import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// Asks for a programme to be otherwise; nothing changes before somebody else approves.
struct ProposeProgrammeChange: Sendable {
    let creation: ProgrammeChangeCreation
    let programme: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> ProgrammeChange {
        guard
            let code = try ProgrammePolicyQueries.lockedCoin(of: programme, community, connection)
        else { throw Problem.notFound("programme") }
        let before = try ProgrammeQueries.decode(
            connection.query(ProgrammeQueries.one(programme, community: community)).one()
        )
        try requireSomething()
        try requirePromises(before)
        let funding = try funding(before)
        if let reference = funding?.reference {
            try FundingQueries.requireUnused(reference, by: programme, community, connection)
        }
        let coin = try CoinDigits.find(code, community: community, connection)
        let rules = try creation.creditRules.map {
            try CheckedCreditRules($0, of: coin, at: "/creditRules")
        }
        if creation.recallWaitingDays != nil {
            try connection.execute(
                GrantRulesQueries.keepUsual(of: programme, community, by: client, at: now)
            )
        }
        guard try ProgrammeChangeQueries.insert(self, funding, rules, connection) else {
            throw Problem(
                .programmeChangeOpen,
                "Somebody has to decide about another change of the programme first."
            )
        }
        return try ProgrammeChangeQueries.change(id, community, connection)
    }

    private func requireSomething() throws {
        let isEmpty =
            creation.name == nil && creation.waitingDays == nil
            && creation.creditsLastDays == nil && creation.fundingAccount == nil
            && creation.creditRules == nil && creation.recallWaitingDays == nil
        if isEmpty { throw Problem.invalid("", "names nothing that is to be otherwise") }
    }

    private func requirePromises(_ before: Programme) throws {
        if let days = creation.waitingDays, days < before.waitingDays {
            throw DecideProgrammeChange.lessThanPromised
        }
        if creation.creditsLastDays != nil, before.potsExpireAt != nil {
            throw Problem.invalid(
                "/creditsLastDays",
                "goes not together with potsExpireAt, which the programme has"
            )
        }
    }

    /// Without a reference the programme keeps its own, or gets one where it has none.
    private func funding(_ before: Programme) throws -> CheckedFundingAccount? {
        let own = before.fundingAccount?.reference.flatMap { FundingReference($0) }
        return try creation.fundingAccount?.checked(or: own ?? FundingReference(of: programme))
    }
}
