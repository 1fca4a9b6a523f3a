import API
import Crypto
import FoundationEssentials
import Hummingbird
import HummingbirdCore
import Postgres
import ServiceKit

/// People of the caller's community, as the counter sees them.
struct PersonRoutes {
    let database: Database
    let idempotency: Idempotency
    let lookup: LookupKey

    func add(to routes: Routes) {
        routes.on(.registerPerson, registerPerson)
        routes.on(.listPeople, listPeople)
        routes.on(.getPerson, getPerson)
        routes.on(.linkIban, linkIban)
        routes.on(.createActivationCode, createActivationCode)
    }

    @Sendable private func registerPerson(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PersonRegistration.self)
        let register = RegisterPerson(
            displayName: body.value.displayName,
            iban: try body.value.iban.map { try LinkedIBAN($0, at: "/iban", lookup) },
            issueCode: IssueActivationCode(
                lookup: lookup,
                community: try call.caller.requireCommunity(),
                now: call.clock.now()
            ),
            id: call.clock.newID()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let person = try register(connection)
            return .created(person, at: "/v1/people/\(person.id)")
        }
    }

    @Sendable private func listPeople(_ call: Call<Caller>) async throws -> Reply {
        let limit = call.limit
        let found = try await database.query(
            PersonQueries.page(
                of: call.caller.requireCommunity(),
                after: Cursor.id(of: call),
                limit: limit
            ),
            PersonQueries.people
        )
        return .page(Cursor.page(found, limit: limit, id: \.id), of: call.request.uri)
    }

    @Sendable private func getPerson(_ call: Call<Caller>) async throws -> Reply {
        let found = try await database.query(
            PersonQueries.person(call.id("personId"), of: call.caller.requireCommunity()),
            PersonQueries.people
        )
        guard let person = found.first else { throw Problem.notFound("person") }
        return .json(person)
    }

    @Sendable private func linkIban(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(IbanLink.self)
        let link = LinkIban(
            iban: try LinkedIBAN(body.value.iban, at: "/iban", lookup),
            person: try call.id("personId"),
            community: try call.caller.requireCommunity()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let person = try link(connection)
            return .created(person, at: "/v1/people/\(person.id)")
        }
    }

    @Sendable private func createActivationCode(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("personId")
        let issue = IssueActivationCode(
            lookup: lookup,
            community: try call.caller.requireCommunity(),
            now: call.clock.now()
        )
        // Without a body the path is the whole request.
        let fingerprint = Array(SHA256.hash(data: Data(call.request.uri.path.utf8)))
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let known = try connection.query(PersonQueries.person(id, of: issue.community))
            guard !known.isEmpty else { throw Problem.notFound("person") }
            return .created(try issue(to: id, connection), at: "/v1/people/\(Identifier(id))")
        }
    }
}
