import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A cashier stops; their mandate stops with it where that was agreed.
struct CloseShift: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant
    let requestID: Identifier

    func callAsFunction(_ closure: ShiftClosure, _ connection: Connection) throws -> Shift {
        // What never changes is read first: the mandate is locked before anything else.
        try caller.useMandate(
            for: .closeShift,
            scope: .shiftsManage,
            act: id,
            shop: find(connection).shopId.uuid,
            request: requestID,
            connection
        )
        try ShiftQueries.lock(id, community, connection)
        let shift = try find(connection)
        guard shift.state == .open else {
            throw Problem(.shiftClosed, "It was closed before.")
        }
        if let own = caller.mandate?.id, own != shift.mandateId.uuid {
            throw Problem(.outsideMandate, "A cashier closes their own shift.")
        }
        let endsRights = closure.endsRights ?? false || shift.endsRights
        try ShiftQueries.close(
            shift,
            endsRights: endsRights,
            by: caller.client,
            at: now,
            community,
            connection
        )
        if endsRights {
            try ShiftQueries.endMandate(
                of: shift,
                merchant: caller.party,
                by: caller.client,
                community,
                connection
            )
        }
        return try find(connection)
    }

    private func find(_ connection: Connection) throws -> Shift {
        let found = try ShiftQueries.shifts(
            connection.query(ShiftQueries.find(id, community, visibleTo: caller))
        )
        guard let shift = found.first else { throw Problem.notFound("shift") }
        return shift
    }
}
