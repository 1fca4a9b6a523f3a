import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Transfers between people.
struct TransferRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createTransfer, createTransfer)
        routes.on(.getTransfer, getTransfer)
    }

    @Sendable private func createTransfer(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(TransferCreation.self)
        let create = CreateTransfer(
            creation: body.value,
            caller: call.caller,
            community: try call.caller.requireCommunity(),
            id: call.clock.newID()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let transfer = try create(connection)
            return .created(transfer, at: "/v1/transfers/\(transfer.id)")
        }
    }

    @Sendable private func getTransfer(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            TransferQueries.transfer(
                call.id("transferId"),
                of: call.caller.party,
                community: call.caller.requireCommunity()
            ),
            TransferQueries.transfer
        )
        guard let transfer = found else { throw Problem.notFound("transfer") }
        return .json(transfer)
    }
}
