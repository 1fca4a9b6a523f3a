import API
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// What acts for a party: software of organisations, phones, tills.
struct ClientRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.registerClient, registerClient)
        routes.on(.listClients, listClients)
        routes.on(.revokeClient, revokeClient)
        routes.on(.revokeTokens, revokeTokens)
        routes.on(.revokeParty, revokeParty)
    }

    @Sendable private func registerClient(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ClientRegistration.self)
        let register = RegisterClient(
            registration: body.value,
            key: try ClientKey(body.value.publicKey, at: "/publicKey"),
            community: try call.caller.requireCommunity(),
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let client = try register(connection)
            try call.record(client.auditEntry(from: nil), connection)
            return .created(client, at: "/v1/clients")
        }
    }

    @Sendable private func listClients(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            ClientQueries.page(
                of: call.caller.requireCommunity(),
                party: call.queryID("partyId"),
                after: Cursor.id(of: call),
                limit: limit
            ),
            ClientQueries.clients
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func revokeClient(_ call: Call<Caller>) async throws -> Reply {
        try await revoke(call, "clientId") { order, connection in
            let client = try RevokeClient(order: order)(connection)
            return (client, client.auditEntry(from: .active, because: order.reason))
        }
    }

    @Sendable private func revokeTokens(_ call: Call<Caller>) async throws -> Reply {
        try await revoke(call, "clientId") { order, connection in
            let revocation = try RevokeTokens(order: order)(connection)
            return (revocation, AuditEntry(.client, revocation.clientId, to: revocation))
        }
    }

    @Sendable private func revokeParty(_ call: Call<Caller>) async throws -> Reply {
        let change = try CardChange(call)
        return try await revoke(call, "partyId") { order, connection in
            let revocation = try RevokeParty(order: order)(connection)
            try BlockCard.all(of: order.id, change, reason: order.reason, connection)
            return (revocation, AuditEntry(.party, revocation.partyId, to: revocation))
        }
    }

    /// Revokes what a path parameter names, once per key.
    private func revoke(
        _ call: Call<Caller>,
        _ parameter: String,
        _ act:
            @escaping @Sendable (RevocationOrder, Connection) throws -> (
                answer: any Encodable, entry: AuditEntry
            )
    ) async throws -> Reply {
        let body = try await call.body(ClientRevocation.self)
        let order = RevocationOrder(
            id: try call.id(parameter),
            community: try call.caller.requireCommunity(),
            reason: body.value.reason,
            now: call.clock.now(),
            client: call.caller.client
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let done = try act(order, connection)
            try call.record(done.entry, connection)
            return .created(done.answer, at: "/v1/clients")
        }
    }
}
