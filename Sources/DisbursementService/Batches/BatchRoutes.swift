import API
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// Batches over HTTP: reading and watching.
struct BatchRoutes {
    let database: Database
    let listener: NotificationListener

    func add(to routes: Routes) {
        routes.on(.listBatches, listBatches)
        routes.on(.getBatch, getBatch)
        routes.on(.listInstructions, listInstructions)
        routes.on(.listFindings, listFindings)
        routes.on(.listParkingDecisions, listParkingDecisions)
        routes.onStream(.streamBatchEvents, streamBatchEvents)
    }

    @Sendable private func listBatches(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = BatchQueries.list(
            programme: call.queryID("programmeId"),
            in: call.query("state"),
            community: try call.caller.requireCommunity(),
            after: try Cursor.id(of: call),
            limit: limit
        )
        let batches = try await database.query(sql) { try $0.map(BatchQueries.decode) }
        return .page(Cursor.page(batches, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getBatch(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("batchId")
        return .json(try await batch(id, try call.caller.requireCommunity()))
    }

    @Sendable private func listInstructions(_ call: Call<Caller>) async throws -> Reply {
        let batch = try await batch(
            try call.id("batchId"),
            try call.caller.requireCommunity()
        )
        let limit = call.limit
        let sql = InstructionQueries.list(
            batch: batch.id.uuid,
            community: try call.caller.requireCommunity(),
            in: call.query("state").flatMap(InstructionState.init),
            after: try Cursor.number(of: call) ?? 0,
            limit: limit
        )
        let instructions = try await database.query(sql) {
            try $0.map { try InstructionQueries.decode($0).instruction }
        }
        let page = Cursor.page(instructions, limit: limit, next: { String($0.line) })
        return .page(page, of: call.request.uri)
    }

    @Sendable private func listFindings(_ call: Call<Caller>) async throws -> Reply {
        let batch = try await batch(
            try call.id("batchId"),
            try call.caller.requireCommunity()
        )
        let limit = call.limit
        let sql = FindingQueries.list(
            batch: batch.id.uuid,
            severity: call.query("severity"),
            community: try call.caller.requireCommunity(),
            after: try Cursor.number(of: call) ?? 0,
            limit: limit
        )
        let findings = try await database.query(sql) { try $0.map(FindingQueries.decode) }
        let page = Cursor.page(findings, limit: limit, next: { String($0.nr) })
        return .page(
            Page(items: page.items.map(\.finding), next: page.next),
            of: call.request.uri
        )
    }

    @Sendable private func listParkingDecisions(_ call: Call<Caller>) async throws -> Reply {
        let community = try call.caller.requireCommunity()
        let batch = try await batch(try call.id("batchId"), community)
        let limit = call.limit
        let sql = ParkingQueries.decisions(
            about: batch.id.uuid,
            community: community,
            after: try Cursor.id(of: call),
            limit: limit
        )
        let decisions = try await database.query(sql) { try $0.map(ParkingQueries.decode) }
        return .page(Cursor.page(decisions, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func streamBatchEvents(_ call: Call<Caller>) async throws -> Response {
        let id = try call.id("batchId")
        let community = try call.caller.requireCommunity()
        // Heard from before the first look, so that nothing falls between.
        let changes = ObjectChanges.stream(of: id, on: Channel.batch, listener)
        _ = try await batch(id, community)
        return ServerSentEvents.response(
            to: call,
            named: "batch",
            changes: changes,
            current: { try await batch(id, community) },
            isFinal: { [.refused, .done, .partlyDone, .cancelled].contains($0.state) }
        )
    }

    private func batch(_ id: UUID, _ community: UUID) async throws -> Batch {
        let batch = try await database.query(BatchQueries.one(id, community: community)) {
            try $0.first.map(BatchQueries.decode)
        }
        guard let batch else { throw Problem.notFound("batch") }
        return batch
    }
}
