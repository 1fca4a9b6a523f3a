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
        try requireEarmark(before)
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
            && creation.earmark == nil
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

    private func requireEarmark(_ before: Programme) throws {
        guard let earmark = creation.earmark else {
            guard creation.earmarkFromAt == nil else {
                throw Problem.invalid("/earmarkFromAt", "goes with earmark")
            }
            return
        }
        try earmark.requirePlaces()
        guard before.earmark != nil else { throw DecideProgrammeChange.notEarmarked }
        guard let from = creation.earmarkFromAt else { return }
        guard from > now else { throw Problem.invalid("/earmarkFromAt", "lies in the past") }
        guard from.microseconds - now.microseconds <= Self.tenYears else {
            throw Problem.invalid("/earmarkFromAt", "lies more than ten years ahead")
        }
    }

    /// 3650 days, in microseconds.
    private static let tenYears: Int64 = 3650 * 86_400_000_000

    /// Without a reference the programme keeps its own, or gets one where it has none.
    private func funding(_ before: Programme) throws -> CheckedFundingAccount? {
        let own = before.fundingAccount?.reference.flatMap { FundingReference($0) }
        return try creation.fundingAccount?.checked(or: own ?? FundingReference(of: programme))
    }
}
