import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A cashier begins at a till: themselves, or the owner says who.
struct OpenShift: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant
    let requestID: Identifier

    func callAsFunction(_ opening: ShiftOpening, _ connection: Connection) throws -> Shift {
        let terminal = opening.terminalId.uuid
        guard let till = try PaymentQueries.till(terminal, community, connection, at: now),
            till.merchant.id.uuid == caller.party
        else { throw Problem.invalid("/terminalId", "is no till of the merchant") }
        let shop = till.shop.id.uuid
        try caller.useMandate(
            for: .openShift,
            scope: .shiftsManage,
            act: id,
            shop: shop,
            request: requestID,
            connection
        )
        guard let mandate = try mandate(opening),
            let cashier = try ShiftQueries.cashier(
                under: mandate,
                of: caller.party,
                in: shop,
                community,
                connection
            )
        else {
            throw Problem.invalid("/mandateId", "is no mandate of a cashier that is in force here")
        }
        let isOpened = try ShiftQueries.insert(
            NewShift(
                community: community,
                id: id,
                merchant: caller.party,
                shop: shop,
                terminal: terminal,
                mandate: mandate,
                cashier: cashier,
                endsRights: opening.endsRights ?? false,
                openedBy: caller.client,
                openedAt: now
            ),
            connection
        )
        guard isOpened else {
            throw Problem(
                .shiftOpen,
                "Close the open shift of this till, or of this cashier, first."
            )
        }
        return try ShiftQueries.shifts(
            connection.query(ShiftQueries.find(id, community, visibleTo: caller))
        )[0]
    }

    /// A cashier opens their own shift only.
    private func mandate(_ opening: ShiftOpening) throws -> UUID? {
        guard let own = caller.mandate?.id else { return opening.mandateId?.uuid }
        if let named = opening.mandateId?.uuid, named != own {
            throw Problem(.outsideMandate, "A cashier opens a shift under their own mandate.")
        }
        return own
    }
}
