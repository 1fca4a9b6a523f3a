import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// Adds somebody's approval to what was proposed, or rejects it. The last approval that is needed makes it
/// count.
struct DecideStandingInstruction: Sendable {
    let instruction: UUID
    let community: UUID
    let client: UUID
    let now: Instant

    func callAsFunction(_ decision: StandingDecision, _ connection: Connection) throws {
        let standing = try StandingInstructionQueries.lock(instruction, community, connection)
        guard let proposed = standing.terms.first(where: { $0.state == .proposed }) else {
            throw Problem(.standingInstructionState, "Nothing waits for a decision.")
        }
        guard decision.approve else {
            try decide(.rejected, connection)
            return
        }
        guard standing.stoppedFromOn == nil else {
            throw Problem(.standingInstructionState, "The standing instruction was stopped.")
        }
        try requireWithinRules(proposed, of: standing, connection)
        try approve(proposed, connection)
        if standing.approvalsMissing == 1 { try decide(.approved, connection) }
    }

    private func approve(_ term: StandingTerm, _ connection: Connection) throws {
        guard !term.approvals.contains(where: { $0.approvedBy.uuid == client }) else {
            throw Problem(.secondPersonRequired, "Another person approves what you approved.")
        }
        let added = try connection.execute(
            StandingApprovalQueries.add(
                client,
                to: instruction,
                Int32(term.nr),
                at: now,
                community
            )
        )
        guard added == 1 else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who proposed it approves it."
            )
        }
    }

    private func decide(_ state: StandingTermState, _ connection: Connection) throws {
        try connection.execute(
            StandingApprovalQueries.decide(
                state,
                about: instruction,
                by: client,
                at: now,
                community
            )
        )
        try connection.execute(StandingInstructionQueries.wake(instruction, community))
        try connection.notify(channel: Channel.standing, payload: "\(Identifier(instruction))")
    }

    /// The rules may have changed since it was proposed.
    private func requireWithinRules(
        _ term: StandingTerm,
        of standing: StandingInstruction,
        _ connection: Connection
    ) throws {
        let requireWithinRules = RequireWithinRules(
            programme: standing.programmeId.uuid,
            community: community,
            purpose: standing.purpose
        )
        try requireWithinRules(
            amount: term.amount.minorUnits(digits: CoinDigits.pegged),
            from: StandingInstructionQueries.date(term.fromOn),
            until: term.untilOn.map(StandingInstructionQueries.date),
            connection
        )
    }
}
