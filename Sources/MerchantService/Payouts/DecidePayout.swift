import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// A second person approves a payout, whose coins then wait for a settlement; or anybody who may
/// rejects it.
struct DecidePayout: Sendable {
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    static let insufficientFunds = Problem(
        .insufficientFunds,
        "That much is not there any more, or never was."
    )

    func callAsFunction(_ decision: PayoutDecision, _ connection: Connection) throws -> Payout {
        let verdict = try PayoutQueries.decide(
            self,
            iban: decision.approved ? try account(decision) : nil,
            rejection: decision.approved ? nil : try reason(decision),
            connection
        )
        switch verdict {
        case "approved", "rejected": break
        case "not-open":
            throw Problem(.payoutNotOpen, "Somebody has decided about the payout before.")
        case "same-person":
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who proposed the payout approves it."
            )
        case "iban-mismatch":
            throw Problem(.ibanMismatch, "The payout was proposed to another account.")
        case "insufficient-funds": throw Self.insufficientFunds
        default: throw Problem.notFound("payout")
        }
        return try PayoutQueries.payout(id, community, connection)
    }

    /// The payout's id without hyphens: 32 of the 35 characters that banks carry.
    var endToEndID: String { Identifier(id).description.replacing("-", with: "") }

    private func account(_ decision: PayoutDecision) throws -> String {
        guard let text = decision.creditorIban else {
            throw Problem.invalid("/creditorIban", "is needed to approve")
        }
        guard let iban = IBAN(text) else {
            throw Problem.invalid("/creditorIban", "is not a valid IBAN")
        }
        return iban.canonical
    }

    private func reason(_ decision: PayoutDecision) throws -> String {
        guard let reason = decision.reason else {
            throw Problem.invalid("/reason", "is needed to reject")
        }
        return reason
    }
}
