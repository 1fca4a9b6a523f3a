import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Somebody has seen on the statement that the bank has paid what it has not answered yet: those
/// euros left the reserve, and as many coins cease to exist.
struct ConfirmSettlement: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(
        bankReference: String,
        _ connection: Connection
    ) throws -> Settlement {
        guard let held = try SettlementLineQueries.hold(id, community, connection) else {
            throw Problem.notFound("settlement")
        }
        switch held.state {
        case .released: break
        case .created:
            throw Problem(
                .settlementNotReleased,
                "Nobody but the maker has looked at the settlement yet."
            )
        case .settled, .rejected, .cancelled:
            throw Problem(.settlementNotOpen, "The settlement has ended before.")
        }
        let open = try SettlementLineQueries.holdLines(
            of: [id],
            references: [],
            community,
            connection
        ).filter { $0.state == .inSettlement }
        // One confirmation per settlement: its id is the act's.
        try PostSettlement(community: community, caller: caller, now: now).settle(
            open,
            of: held.coin,
            as: id,
            reference: bankReference,
            connection
        )
        guard
            try SettlementChanges.closeAnswered(
                id,
                at: now,
                bankReference: bankReference,
                community,
                connection
            )
        else {
            throw Problem(
                .bankReferenceReused,
                "This bank reference confirmed another settlement."
            )
        }
        return try SettlementQueries.settlement(id, community, connection)
    }
}
