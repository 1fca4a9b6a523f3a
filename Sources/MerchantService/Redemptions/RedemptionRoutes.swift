import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/redemptions`: a merchant hands coins in for euro.
struct RedemptionRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.requestRedemption, requestRedemption)
        routes.on(.listRedemptions, listRedemptions)
        routes.on(.getRedemption, getRedemption)
    }

    @Sendable private func requestRedemption(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RedemptionRequest.self)
        let request = RequestRedemption(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            merchant: body.value.merchantId.uuid,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            guard call.caller.party == request.merchant else {
                throw RequestRedemption.unknownMerchant
            }
            let redemption = try request(body.value.amount, connection)
            return .created(redemption, at: "/v1/redemptions/\(redemption.id)")
        }
    }

    @Sendable private func listRedemptions(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            RedemptionQueries.list(
                try call.caller.requireCommunity(),
                visibleTo: call.caller,
                merchant: call.queryID("merchantId"),
                before: Cursor.id(of: call),
                limit: limit
            ),
            RedemptionQueries.redemptions
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getRedemption(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            RedemptionQueries.find(
                try call.id("redemptionId"),
                try call.caller.requireCommunity(),
                visibleTo: call.caller
            ),
            RedemptionQueries.redemptions
        )
        guard let redemption = found.first else { throw Problem.notFound("redemption") }
        return .json(redemption)
    }
}
