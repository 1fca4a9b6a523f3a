import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/shifts`: cashiers come to a till and leave it.
struct ShiftRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.openShift, openShift)
        routes.on(.listShifts, listShifts)
        routes.on(.getShift, getShift)
        routes.on(.closeShift, closeShift)
    }

    @Sendable private func openShift(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShiftOpening.self)
        let open = OpenShift(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now(),
            requestID: call.context.requestID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let shift = try open(body.value, connection)
            return .created(shift, at: "/v1/shifts/\(shift.id)")
        }
    }

    @Sendable private func listShifts(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let filter = ShiftFilter(
            shop: call.queryID("shopId"),
            state: call.query("state"),
            before: try Cursor.id(of: call)
        )
        let read = try await database.query(
            ShiftQueries.list(
                try call.caller.requireCommunity(),
                visibleTo: call.caller,
                filter,
                limit: limit
            ),
            ShiftQueries.shifts
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getShift(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            ShiftQueries.find(
                try call.id("shiftId"),
                try call.caller.requireCommunity(),
                visibleTo: call.caller
            ),
            ShiftQueries.shifts
        )
        guard let shift = found.first else { throw Problem.notFound("shift") }
        return .json(shift)
    }

    @Sendable private func closeShift(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ShiftClosure.self)
        let close = CloseShift(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: try call.id("shiftId"),
            now: call.clock.now(),
            requestID: call.context.requestID
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let shift = try close(body.value, connection)
            try call.record(
                AuditEntry(
                    .shift,
                    shift.id,
                    from: ["state": ShiftState.open.rawValue],
                    to: [
                        "state": AuditValue.text(shift.state.rawValue),
                        "mandateId": .id(shift.mandateId),
                        "endsRights": .text(shift.endsRights ? "true" : "false"),
                    ]
                ),
                connection
            )
            return .created(shift, at: "/v1/shifts/\(shift.id)")
        }
    }
}
