import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Mandates: given, listed, revoked; and what was done under them.
struct MandateRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.giveMandate, giveMandate)
        routes.on(.listMandates, listMandates)
        routes.on(.revokeMandate, revokeMandate)
        routes.on(.listMandateUses, listMandateUses)
    }

    @Sendable private func giveMandate(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(MandateCreation.self)
        let give = GiveMandate(
            creation: body.value,
            caller: call.caller,
            community: try call.caller.requireCommunity(),
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let mandate = try give(connection)
            try call.record(mandate.auditEntry, connection)
            return .created(mandate, at: "/v1/mandates")
        }
    }

    @Sendable private func listMandates(_ call: Call<Caller>) async throws -> Reply {
        let (limit, now) = (call.limit, call.clock.now())
        let found = try await database.query(
            MandateQueries.page(
                MandateView(call.caller),
                of: call.caller.requireCommunity(),
                principal: call.queryID("principalId"),
                agent: call.queryID("agentId"),
                after: Cursor.id(of: call),
                limit: limit
            )
        ) { try MandateQueries.mandates($0, at: now) }
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func revokeMandate(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(MandateRevocation.self)
        let revoke = RevokeMandate(
            order: RevocationOrder(
                id: try call.id("mandateId"),
                community: try call.caller.requireCommunity(),
                reason: body.value.reason,
                now: call.clock.now(),
                client: call.caller.client
            ),
            caller: call.caller
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let mandate = try revoke(connection)
            try call.record(mandate.revocationEntry(because: revoke.order.reason), connection)
            return .created(mandate, at: "/v1/mandates")
        }
    }

    @Sendable private func listMandateUses(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            MandateUseQueries.page(
                MandateView(call.caller),
                of: call.caller.requireCommunity(),
                mandate: call.queryID("mandateId"),
                after: Cursor.id(of: call),
                limit: limit
            ),
            MandateUseQueries.uses
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }
}

/// Which mandates a caller sees: all of the community, those of the own party on either side, or
/// only the one that the caller acts under.
struct MandateView: Sendable {
    /// `nil` for whoever sees all.
    let party: UUID?
    /// `nil` for whoever acts for themselves.
    let only: UUID?

    init(_ caller: Caller) {
        party = caller.may(.mandatesManage) ? nil : caller.party
        only = caller.mandate?.id
    }
}
