import API
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// `/settlements`: the bank file that pays redemptions, and the moment their coins are destroyed.
struct SettlementRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createSettlement, createSettlement)
        routes.on(.listSettlements, listSettlements)
        routes.on(.getSettlement, getSettlement)
        routes.on(.getSettlementFile, getSettlementFile)
        routes.on(.releaseSettlement, releaseSettlement)
        routes.on(.cancelSettlement, cancelSettlement)
        routes.on(.confirmSettlement, confirmSettlement)
    }

    @Sendable private func createSettlement(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(SettlementCreation.self)
        let create = CreateSettlement(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let settlement = try create(body.value, connection)
            try call.record(AuditEntry(.settlement, settlement.id, to: settlement), connection)
            return .created(settlement, at: "/v1/settlements/\(settlement.id)")
        }
    }

    @Sendable private func listSettlements(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let read = try await database.query(
            SettlementQueries.list(
                in: call.query("state"),
                try call.caller.requireCommunity(),
                before: Cursor.id(of: call),
                limit: limit
            ),
            SettlementQueries.settlements
        )
        return .page(Cursor.page(read, limit: limit) { $0.id }, of: call.request.uri)
    }

    @Sendable private func getSettlement(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            SettlementQueries.find(
                try call.id("settlementId"),
                try call.caller.requireCommunity()
            ),
            SettlementQueries.settlements
        )
        guard let settlement = found.first else { throw Problem.notFound("settlement") }
        return .json(settlement)
    }

    @Sendable private func getSettlementFile(_ call: Call<Caller>) async throws -> Reply {
        let (id, community) = (try call.id("settlementId"), try call.caller.requireCommunity())
        let xml = try await database.transaction { connection in
            try WriteSettlementFile(community: community, id: id)(connection)
        }
        return Reply(status: .ok, contentType: MediaType.xml, body: Array(xml.utf8))
    }

    @Sendable private func releaseSettlement(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(SettlementRelease.self)
        let release = ReleaseSettlement(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: try call.id("settlementId"),
            now: call.clock.now()
        )
        return try await change(call, body.fingerprint) { try release($0) }
    }

    @Sendable private func cancelSettlement(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(SettlementCancellation.self)
        let cancel = CancelSettlement(
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: try call.id("settlementId"),
            now: call.clock.now()
        )
        return try await change(call, body.fingerprint) { connection in
            try cancel(reason: body.value.reason, connection)
        }
    }

    @Sendable private func confirmSettlement(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(SettlementConfirmation.self)
        let confirm = ConfirmSettlement(
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: try call.id("settlementId"),
            now: call.clock.now()
        )
        return try await change(call, body.fingerprint) { connection in
            try confirm(bankReference: body.value.bankReference, connection)
        }
    }

    /// Moves a settlement on, once per key, and puts on record what it has become.
    private func change(
        _ call: Call<Caller>,
        _ fingerprint: [UInt8],
        _ act: @escaping @Sendable (Connection) throws -> Settlement
    ) async throws -> Reply {
        let (id, community) = (try call.id("settlementId"), try call.caller.requireCommunity())
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let before = try SettlementQueries.settlements(
                connection.query(SettlementQueries.find(id, community))
            ).first
            let settlement = try act(connection)
            try call.record(
                AuditEntry(
                    .settlement,
                    settlement.id,
                    from: before.map { ["state": $0.state.rawValue] },
                    to: settlement
                ),
                connection
            )
            return .created(settlement, at: "/v1/settlements/\(settlement.id)")
        }
    }
}
