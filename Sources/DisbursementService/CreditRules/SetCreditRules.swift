import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Sets the next version of what a programme pays, and when; it counts for every line of a file that is
/// credited from now on, also of batches that were approved before.
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
        guard (creation.mostPerPerson == nil) == (creation.personPeriod == nil) else {
            throw Problem.invalid("/personPeriod", "goes with mostPerPerson")
        }
        let from = try day(creation.paysFrom, "/paysFrom")
        let until = try day(creation.paysUntil, "/paysUntil")
        if let from, let until, until < from {
            throw Problem.invalid("/paysUntil", "lies before paysFrom")
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
            CreditRuleQueries.insert(
                rules,
                days: (from, until),
                amounts: (
                    try cents(creation.mostPerCredit, code, connection),
                    try cents(creation.mostPerPerson, code, connection)
                ),
                by: client,
                community
            )
        )
        return (rules, before)
    }

    private func day(_ text: String?, _ pointer: String) throws -> Day? {
        guard let text else { return nil }
        guard let day = CalendarDate(xmlDate: text) else {
            throw Problem.invalid(pointer, "is no day of the calendar")
        }
        return day.databaseDay
    }

    private func cents(
        _ amount: Amount?,
        _ code: String,
        _ connection: Connection
    ) throws -> Int64? {
        guard let amount else { return nil }
        guard amount.coin == code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        let coin = try CoinDigits.find(code, community: community, connection)
        return try amount.minorUnits(digits: coin.digits)
    }
}
