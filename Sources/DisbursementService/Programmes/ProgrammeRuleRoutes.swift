import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// When the money of programmes ends, and where it is.
struct ProgrammeRuleRoutes: Sendable {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.extendPots, extendPots)
        routes.on(.listExtensions, listExtensions)
        routes.on(.getProgrammeCommitments, getProgrammeCommitments)
    }

    @Sendable private func extendPots(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ExtensionCreation.self)
        let extend = ExtendPots(
            creation: body.value,
            programme: try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let made = try extend(connection)
            try call.record(AuditEntry(.extension, made.id, to: made), connection)
            return .created(made, at: "/v1/programmes/\(made.programmeId)/extensions")
        }
    }

    @Sendable private func listExtensions(_ call: Call<Caller>) async throws -> Reply {
        let (community, limit) = (try call.caller.requireCommunity(), call.limit)
        let programme = try call.id("programmeId")
        let before = try Cursor.id(of: call)
        let known = ProgrammeQueries.one(programme, community: community)
        guard try await database.query(known, { !$0.isEmpty }) else {
            throw Problem.notFound("programme")
        }
        let read = try await database.query(
            ExtensionQueries.list(of: programme, community, before: before, limit: limit),
            ExtensionQueries.extensions
        )
        return .page(Cursor.page(read, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getProgrammeCommitments(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            CommitmentQueries.commitments(
                of: try call.id("programmeId"),
                try call.caller.requireCommunity()
            )
        ) { try $0.first.map(CommitmentQueries.commitments) }
        guard let found else { throw Problem.notFound("programme") }
        return .json(found)
    }
}
