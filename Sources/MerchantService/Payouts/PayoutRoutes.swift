import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// `/payouts`: euros out of what a coin has kept and what a programme has left.
struct PayoutRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.proposePayout, proposePayout)
        routes.on(.listPayouts, listPayouts)
        routes.on(.getPayout, getPayout)
        routes.on(.decidePayout, decidePayout)
        routes.on(.getKeptCoins, getKeptCoins)
    }

    @Sendable private func proposePayout(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PayoutCreation.self)
        let propose = ProposePayout(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let payout = try propose(body.value, connection)
            try call.record(payout.auditEntry(from: nil), connection)
            return .created(payout, at: "/v1/payouts/\(payout.id)")
        }
    }

    @Sendable private func listPayouts(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            PayoutQueries.list(
                in: call.query("state"),
                try call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            PayoutQueries.payouts
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getPayout(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            PayoutQueries.find(try call.id("payoutId"), try call.caller.requireCommunity()),
            PayoutQueries.payouts
        )
        guard let payout = found.first else { throw Problem.notFound("payout") }
        return .json(payout)
    }

    @Sendable private func decidePayout(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PayoutDecision.self)
        let decide = DecidePayout(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: try call.id("payoutId"),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let payout = try decide(body.value, connection)
            try call.record(payout.auditEntry(from: .proposed), connection)
            return .created(payout, at: "/v1/payouts/\(payout.id)")
        }
    }

    @Sendable private func getKeptCoins(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let code = try call.text("coinCode")
        let kept = try await database.transaction { connection in
            let coin = try RedemptionPolicyQueries.requireCoin(code, community, connection)
            return try PayoutQueries.kept(of: coin, community, connection)
        }
        return .json(kept)
    }
}

extension Payout {
    /// Without who gets it and why: that may be about somebody, and stands in the payout.
    fileprivate func auditEntry(from before: PayoutState?) -> AuditEntry {
        var after = [
            "state": state.rawValue, "source": source.rawValue, "amount": amount.value,
            "coin": amount.coin,
        ]
        after["programmeId"] = programmeId?.description
        return AuditEntry(.payout, id, from: before.map { ["state": $0.rawValue] }, to: after)
    }
}
