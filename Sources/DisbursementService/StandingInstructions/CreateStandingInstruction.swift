import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// What a standing instruction is to say from a day on, checked.
struct ProposeTerm: Sendable {
    /// Minor units.
    let amount: Int64
    let day: Int
    let from: CalendarDate
    let until: CalendarDate?
    let client: UUID
    let now: Instant

    /// Throws 400 for dates that are none or in the wrong order, 422 for another coin.
    init(
        _ change: StandingChange,
        coin: CoinDigits,
        today: CalendarDate,
        client: UUID,
        now: Instant
    ) throws {
        guard change.amount.coin == coin.code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        amount = try change.amount.minorUnits(digits: coin.digits)
        day = change.day
        from = try StandingDates.date(change.fromOn, "/fromOn")
        until = try change.untilOn.map { try StandingDates.date($0, "/untilOn") }
        guard from >= today else { throw Problem.invalid("/fromOn", "lies in the past") }
        if let until, until < from {
            throw Problem.invalid("/untilOn", "lies before fromOn")
        }
        self.client = client
        self.now = now
    }
}

/// Dates as they stand in requests.
enum StandingDates {
    /// Throws 400 for text that is no date.
    static func date(_ text: String, _ pointer: String) throws -> CalendarDate {
        guard text.utf8.count == 10, let date = CalendarDate(xmlDate: text) else {
            throw Problem.invalid(pointer, "is no date")
        }
        return date
    }
}

/// Proposes to pay a person, or an association, every month.
struct CreateStandingInstruction: Sendable {
    let programme: UUID
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(
        _ creation: StandingInstructionCreation,
        _ connection: Connection
    ) throws -> StandingInstruction {
        guard
            let accounts = try ProgrammeAccounts.find(
                programme,
                community: community,
                connection
            )
        else { throw Problem.notFound("programme") }
        let payee = try payee(creation, coin: accounts.coin.code, connection)
        let term = try ProposeTerm(
            StandingChange(
                amount: creation.amount,
                day: creation.day,
                fromOn: creation.fromOn,
                untilOn: creation.untilOn
            ),
            coin: accounts.coin,
            today: StandingInstructionQueries.today(community, connection),
            client: client,
            now: now
        )
        let requireWithinRules = RequireWithinRules(
            programme: programme,
            community: community,
            purpose: creation.purpose ?? .benefit
        )
        try requireWithinRules(
            amount: term.amount,
            from: term.from,
            until: term.until,
            connection
        )
        try connection.execute(StandingInstructionQueries.insert(self, creation, payee: payee))
        try connection.execute(StandingInstructionQueries.propose(term, for: id, community))
        return try StandingInstructionQueries.instructions(
            connection.query(StandingInstructionQueries.find(id, community))
        )[0]
    }

    /// A subsidy names an association that holds the coin, everything else a person.
    private func payee(
        _ creation: StandingInstructionCreation,
        coin: String,
        _ connection: Connection
    ) throws -> UUID {
        guard creation.purpose == .subsidy else {
            guard let person = creation.personId, creation.merchantId == nil else {
                throw Problem.invalid("/personId", "is needed, and no merchantId")
            }
            guard try GrantQueries.isKnown(person.uuid, community, connection) else {
                throw Problem(.unknownParty, "The community has no such person.")
            }
            try DepartureQueries.requirePresent(person.uuid, community, connection)
            return person.uuid
        }
        guard let merchant = creation.merchantId, creation.personId == nil else {
            throw Problem.invalid("/merchantId", "is needed, and no personId")
        }
        guard
            try StandingInstructionQueries.isSubsidised(
                merchant.uuid,
                coin: coin,
                community,
                connection
            )
        else { throw Problem(.unknownParty, "The community has no such association.") }
        return merchant.uuid
    }
}
