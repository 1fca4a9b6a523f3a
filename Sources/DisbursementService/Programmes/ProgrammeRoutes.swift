import API
import FoundationEssentials
import HummingbirdCore
import Postgres
import ServiceKit

/// Programmes and their money over HTTP.
struct ProgrammeRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.createProgramme, createProgramme)
        routes.on(.listProgrammes, listProgrammes)
        routes.on(.getProgramme, getProgramme)
        routes.on(.getProgrammeSpending, getProgrammeSpending)
        routes.on(.fundProgramme, fundProgramme)
        routes.on(.sponsorDiscount, sponsorDiscount)
    }

    @Sendable private func createProgramme(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ProgrammeCreation.self)
        let create = CreateProgramme(
            creation: body.value,
            community: try call.caller.requireCommunity(),
            party: call.caller.party,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let programme = try create(connection)
            try call.record(AuditEntry(.programme, programme.id, to: programme), connection)
            return .created(programme, at: "/v1/programmes/\(programme.id)")
        }
    }

    @Sendable private func listProgrammes(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let sql = ProgrammeQueries.list(
            community: try call.caller.requireCommunity(),
            sponsor: call.caller.sponsor,
            after: try Cursor.id(of: call),
            limit: limit
        )
        let programmes = try await database.query(sql) { try $0.map(ProgrammeQueries.decode) }
        return .page(Cursor.page(programmes, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getProgramme(_ call: Call<Caller>) async throws -> Reply {
        .json(try await programme(of: call))
    }

    @Sendable private func getProgrammeSpending(_ call: Call<Caller>) async throws -> Reply {
        let programme = try await programme(of: call)
        let spending = try await database.query(
            SpendingQueries.spending(
                of: programme.id.uuid,
                community: call.caller.requireCommunity()
            )
        ) { try SpendingQueries.spending($0.one(), of: programme) }
        return .json(spending)
    }

    /// The programme of the address, as far as it is the caller's to see.
    private func programme(of call: Call<Caller>) async throws -> Programme {
        let sql = ProgrammeQueries.one(
            try call.id("programmeId"),
            community: try call.caller.requireCommunity(),
            sponsor: call.caller.sponsor
        )
        let programme = try await database.query(sql) { try $0.first.map(ProgrammeQueries.decode) }
        guard let programme else { throw Problem.notFound("programme") }
        return programme
    }

    @Sendable private func fundProgramme(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(FundingCreation.self)
        let fund = FundProgramme(
            programme: try call.id("programmeId"),
            creation: body.value,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let funding = try fund(connection)
            try call.record(AuditEntry(.funding, funding.id, to: funding), connection)
            return .created(funding, at: "/v1/programmes/\(funding.programmeId)")
        }
    }

    @Sendable private func sponsorDiscount(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(SponsoringCreation.self)
        let sponsor = SponsorDiscount(
            programme: try call.id("programmeId"),
            creation: body.value,
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let sponsoring = try sponsor(connection)
            try call.record(AuditEntry(.sponsoring, sponsoring.id, to: sponsoring), connection)
            return .created(sponsoring, at: "/v1/programmes/\(sponsoring.programmeId)")
        }
    }
}

extension Caller {
    /// The institution whose programmes alone the caller sees; `nil` for who sees all.
    var sponsor: UUID? { may(.programmesRead) ? nil : party }
}
