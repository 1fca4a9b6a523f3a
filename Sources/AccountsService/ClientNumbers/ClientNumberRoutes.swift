import API
import Crypto
import Domain
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// The numbers by which institutions know people, over HTTP.
struct ClientNumberRoutes {
    let database: Database
    let idempotency: Idempotency
    let lookup: LookupKey

    func add(to routes: Routes) {
        routes.on(.linkClientNumber, linkClientNumber)
        routes.on(.listClientNumbers, listClientNumbers)
        routes.on(.confirmClientNumber, confirmClientNumber)
        routes.on(.withdrawClientNumber, withdrawClientNumber)
    }

    @Sendable private func linkClientNumber(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ClientNumberLink.self)
        let link = LinkClientNumber(
            number: try ClientNumberProblems.number(body.value.clientNumber),
            institution: body.value.institutionId?.uuid,
            lookup: lookup,
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            caller: call.caller,
            id: call.clock.newID(),
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let linked = try link(connection)
            try call.record(linked.auditEntry(from: nil), connection)
            return .created(linked, at: linked.address)
        }
    }

    @Sendable private func listClientNumbers(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let (person, community) = (try call.id("personId"), try call.caller.requireCommunity())
        let known = try await database.query(
            PersonQueries.person(person, of: community),
            PersonQueries.people
        )
        guard !known.isEmpty else { throw Problem.notFound("person") }
        let sql = ClientNumberQueries.page(
            of: person,
            community,
            after: try Cursor.id(of: call),
            limit: limit
        )
        let found = try await database.query(sql, ClientNumberQueries.links)
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func confirmClientNumber(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(ClientNumberConfirmation.self)
        let confirm = ConfirmClientNumber(
            link: try call.id("clientNumberId"),
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            number: try ClientNumberProblems.number(body.value.clientNumber),
            evidence: body.value.evidence,
            lookup: lookup,
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let confirmed = try confirm(connection)
            try call.record(confirmed.auditEntry(from: .unconfirmed), connection)
            return .created(confirmed, at: confirmed.address)
        }
    }

    @Sendable private func withdrawClientNumber(_ call: Call<Caller>) async throws -> Reply {
        let withdraw = WithdrawClientNumber(
            link: try call.id("clientNumberId"),
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        // Without a body the path is the whole request.
        let fingerprint = Array(SHA256.hash(data: Data(call.request.uri.path.utf8)))
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let (before, withdrawn) = try withdraw(connection)
            try call.record(withdrawn.auditEntry(from: before), connection)
            return .created(withdrawn, at: withdrawn.address)
        }
    }
}

extension LinkedClientNumber {
    /// Where the numbers of the person are.
    fileprivate var address: String { "/v1/people/\(personId)/client-numbers" }

    /// That money for a number finds the person, or no longer; the number is in none of it.
    fileprivate func auditEntry(from before: ClientNumberState?) -> AuditEntry {
        AuditEntry(
            .person,
            personId,
            from: before.map { ["clientNumberState": AuditValue.text($0.rawValue)] },
            to: [
                "clientNumberId": AuditValue.id(id),
                "clientNumberState": .text(state.rawValue),
            ]
        )
    }
}
