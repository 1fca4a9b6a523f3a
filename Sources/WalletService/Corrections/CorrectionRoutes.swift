import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Transfers that set others right.
struct CorrectionRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createCorrection, createCorrection)
        routes.on(.getCorrection, getCorrection)
    }

    @Sendable private func createCorrection(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(CorrectionCreation.self)
        let create = CreateCorrection(
            creation: body.value,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let correction = try create(connection)
            // Without the reason: somebody typed it, and the transfer has it.
            let after = [
                "transferId": correction.transferId.description,
                "amount": correction.amount.value, "coin": correction.amount.coin,
            ]
            try call.record(AuditEntry(.correction, correction.id, to: after), connection)
            return .created(correction, at: "/v1/corrections/\(correction.id)")
        }
    }

    @Sendable private func getCorrection(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            CorrectionQueries.one(
                call.id("correctionId"),
                community: call.caller.requireCommunity()
            ),
            CorrectionQueries.correction
        )
        guard let correction = found else { throw Problem.notFound("correction") }
        return .json(correction)
    }
}
