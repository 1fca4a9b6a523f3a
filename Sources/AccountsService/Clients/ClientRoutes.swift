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
            now: call.clock.now(),
            client: call.caller.client
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            .created(try register(connection), at: "/v1/clients")
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
        try await revoke(call, "clientId") { try RevokeClient(order: $0)($1) }
    }

    @Sendable private func revokeTokens(_ call: Call<Caller>) async throws -> Reply {
        try await revoke(call, "clientId") { try RevokeTokens(order: $0)($1) }
    }

    @Sendable private func revokeParty(_ call: Call<Caller>) async throws -> Reply {
        let change = try CardChange(call)
        return try await revoke(call, "partyId") { order, connection in
            let revoked = try RevokeParty(order: order)(connection)
            try BlockCard.all(of: order.id, change, reason: order.reason, connection)
            return revoked
        }
    }

    /// Revokes what a path parameter names, once per key.
    private func revoke(
        _ call: Call<Caller>,
        _ parameter: String,
        _ act: @escaping @Sendable (RevocationOrder, Connection) throws -> any Encodable
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
            .created(try act(order, connection), at: "/v1/clients")
        }
    }
}
