import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Transfers between people.
struct TransferRoutes {
    let database: Database
    let create: CreateTransfer

    func add(to routes: Routes) {
        routes.on(.createTransfer, { try await create($0) })
        routes.on(.getTransfer, getTransfer)
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
