import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// A second person approves a change, which holds from then on; or rejects it.
struct DecideProgrammeChange: Sendable {
    let decision: ProgrammeChangeDecision
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    static let lessThanPromised = Problem(
        .lessThanPromised,
        "Letters have told people that their coins wait for longer."
    )

    static let notEarmarked = Problem.invalid(
        "/earmark",
        "goes with a programme that was made with an earmark"
    )

    func callAsFunction(_ connection: Connection) throws -> ProgrammeChange {
        let verdict = try ProgrammeChangeQueries.decide(
            self,
            iban: decision.approved ? try account() : nil,
            rejection: decision.approved ? nil : try reason(),
            connection
        )
        switch verdict {
        case "approved", "rejected": break
        case "not-open":
            throw Problem(
                .programmeChangeNotOpen,
                "Somebody has decided about the change before."
            )
        case "same-person":
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who proposed the change approves it."
            )
        case "iban-mismatch":
            throw Problem(.ibanMismatch, "The change is to another account, or to none.")
        case "less-than-promised": throw Self.lessThanPromised
        case "reference-taken": throw FundingQueries.referenceTaken
        case "not-earmarked": throw Self.notEarmarked
        default: throw Problem.notFound("change of a programme")
        }
        try connection.notify(channel: Channel.grantRules, payload: "\(Identifier(id))")
        return try ProgrammeChangeQueries.change(id, community, connection)
    }

    private func account() throws -> String? {
        guard let text = decision.fundingIban else { return nil }
        guard let iban = IBAN(text) else {
            throw Problem.invalid("/fundingIban", "is not a valid IBAN")
        }
        return iban.canonical
    }

    private func reason() throws -> String {
        guard let reason = decision.reason else {
            throw Problem.invalid("/reason", "is needed to reject")
        }
        return reason
    }
}
