import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A second person has looked at a settlement: its bank file may go to the bank.
struct ReleaseSettlement: Sendable {
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Settlement {
        guard let held = try SettlementLineQueries.hold(id, community, connection) else {
            throw Problem.notFound("settlement")
        }
        guard held.state == .created else {
            throw Problem(.settlementNotOpen, "The settlement was released or cancelled before.")
        }
        guard held.createdBy != client else {
            throw Problem(
                .secondPersonRequired,
                "Somebody else than who made the settlement releases it."
            )
        }
        try SettlementChanges.release(self, connection)
        return try SettlementQueries.settlement(id, community, connection)
    }
}

/// A settlement pays nobody: its redemptions wait for another.
struct CancelSettlement: Sendable {
    let community: UUID
    let client: UUID
    let id: UUID
    let now: Instant

    func callAsFunction(reason: String, _ connection: Connection) throws -> Settlement {
        guard let held = try SettlementLineQueries.hold(id, community, connection) else {
            throw Problem.notFound("settlement")
        }
        switch held.state {
        case .created: break
        case .released:
            guard held.releasedBy != client else {
                throw Problem(
                    .secondPersonRequired,
                    "Somebody else than who released the settlement says that the bank refused it."
                )
            }
            let lines = try SettlementLineQueries.holdLines(
                of: [id],
                references: [],
                community,
                connection
            )
            guard lines.allSatisfy({ $0.state == .inSettlement }) else {
                throw Problem(.settlementNotOpen, "The bank has answered some of its lines.")
            }
        case .settled, .rejected, .cancelled:
            throw Problem(.settlementNotOpen, "The settlement has ended before.")
        }
        try SettlementChanges.cancel(
            id,
            by: client,
            at: now,
            reason: reason,
            community,
            connection
        )
        return try SettlementQueries.settlement(id, community, connection)
    }
}
