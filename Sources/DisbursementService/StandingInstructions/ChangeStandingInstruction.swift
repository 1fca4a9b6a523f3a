import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Proposes what a standing instruction says from a day on.
struct ChangeStandingInstruction: Sendable {
    let instruction: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    private static let mostTerms = 1000

    func callAsFunction(_ change: StandingChange, _ connection: Connection) throws {
        let standing = try StandingInstructionQueries.lock(instruction, community, connection)
        guard standing.stoppedFromOn == nil else {
            throw Problem(.standingInstructionState, "The standing instruction was stopped.")
        }
        guard !standing.terms.contains(where: { $0.state == .proposed }) else {
            throw Problem(.standingInstructionState, "A proposal waits for a decision.")
        }
        guard standing.terms.count < Self.mostTerms else {
            throw Problem(.standingInstructionState, "It was changed a thousand times.")
        }
        let term = try ProposeTerm(
            change,
            coin: CoinDigits(code: standing.terms[0].amount.coin, digits: CoinDigits.pegged),
            today: StandingInstructionQueries.today(community, connection),
            client: client,
            now: now
        )
        let requireWithinRules = RequireWithinRules(
            programme: standing.programmeId.uuid,
            community: community,
            purpose: standing.purpose
        )
        try requireWithinRules(
            amount: term.amount,
            from: term.from,
            until: term.until,
            connection
        )
        try connection.execute(
            StandingInstructionQueries.propose(term, for: instruction, community)
        )
    }
}

/// From a day on nothing is paid.
struct StopStandingInstruction: Sendable {
    let instruction: UUID
    let community: UUID
    let client: UUID

    func callAsFunction(_ stop: StandingStop, _ connection: Connection) throws {
        let standing = try StandingInstructionQueries.lock(instruction, community, connection)
        let day = try StandingDates.date(stop.fromOn, "/fromOn")
        if let stopped = standing.stoppedFromOn,
            try StandingInstructionQueries.date(stopped) <= day
        {
            throw Problem(.standingInstructionState, "It was stopped from an earlier day on.")
        }
        try connection.execute(
            """
            UPDATE disbursement.standing_instruction
               SET stopped_from = \(day.description)::text::date, stop_reason = \(stop.reason),
                   stopped_by = \(client), waiting_reason = NULL
             WHERE community_id = \(community) AND id = \(instruction)
            """
        )
        try connection.execute(StandingInstructionQueries.wake(instruction, community))
    }
}
