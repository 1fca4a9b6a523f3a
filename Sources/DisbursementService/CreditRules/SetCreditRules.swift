import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Sets the next version of what a programme pays, and when; it counts for every line of a file that is
/// credited from now on, also of batches that were approved before. Rules that let it pay more are not
/// one person's to set.
struct SetCreditRules: Sendable {
    let creation: CreditRulesCreation
    let programme: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    /// What holds now, and what held before.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (rules: CreditRules, before: CreditRules?) {
        guard
            let code = try ProgrammePolicyQueries.lockedCoin(of: programme, community, connection)
        else { throw Problem.notFound("programme") }
        let coin = try CoinDigits.find(code, community: community, connection)
        let checked = try CheckedCreditRules(creation, of: coin)
        guard try !CreditRuleQueries.paysMore(checked, programme, community, connection) else {
            throw Problem(
                .secondPersonRequired,
                "By these rules the programme pays more: propose them as a change of it."
            )
        }
        let before = try CreditRuleQueries.versions.newest(of: programme, community, connection)
        let rules = CreditRules(
            programmeId: Identifier(programme),
            version: (before?.version ?? 0) + 1,
            paysFrom: creation.paysFrom,
            paysUntil: creation.paysUntil,
            mostPerCredit: creation.mostPerCredit,
            mostPerPerson: creation.mostPerPerson,
            personPeriod: creation.personPeriod,
            setAt: now
        )
        try connection.execute(
            CreditRuleQueries.insert(rules, checked, by: client, community)
        )
        return (rules, before)
    }
}
