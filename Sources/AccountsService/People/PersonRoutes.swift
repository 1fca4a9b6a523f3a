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
    let keys: DataKeys
    /// Where activation codes are handed in.
    let enrolmentAddress: String

    func add(to routes: Routes) {
        routes.on(.registerPerson, registerPerson)
        routes.on(.listPeople, listPeople)
        routes.on(.getPerson, getPerson)
        routes.on(.linkIban, linkIban)
        routes.on(.verifyIban, verifyIban)
        routes.on(.createActivationCode, createActivationCode)
    }

    @Sendable private func registerPerson(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(PersonRegistration.self)
        let id = call.clock.newID()
        let register = RegisterPerson(
            displayName: body.value.displayName,
            claim: try body.value.iban.map { try claim($0, of: id, call) },
            issueCode: IssueActivationCode(
                lookup: lookup,
                community: try call.caller.requireCommunity(),
                now: call.clock.now()
            ),
            id: id
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let person = try register(connection)
            try call.record(person.registrationEntry(iban: register.claim?.iban), connection)
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
        let id = try call.id("personId")
        let link = LinkIban(
            claim: try claim(body.value.iban, of: id, call),
            person: id,
            community: try call.caller.requireCommunity()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let before = try PersonQueries.ibanHash(
                connection.query(PersonQueries.ibanHash(of: link.person, community: link.community))
            )
            let person = try link(connection)
            try call.record(
                person.ibanEntry(from: before, to: link.claim.iban.hash),
                connection
            )
            return .created(person, at: "/v1/people/\(person.id)")
        }
    }

    @Sendable private func verifyIban(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(IbanVerification.self)
        let verify = VerifyIban(
            iban: try LinkedIBAN(body.value.iban, at: "/iban", lookup),
            evidence: body.value.evidence,
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            client: call.caller.client,
            now: call.clock.now()
        )
        return try await call.once(idempotency, fingerprint: body.fingerprint) { connection in
            let person = try verify(connection)
            try call.record(person.verificationEntry, connection)
            return .created(person, at: "/v1/people/\(person.id)")
        }
    }

    /// What the caller says of a person's bank account.
    private func claim(
        _ text: String,
        of person: UUID,
        _ call: Call<Caller>
    ) throws -> IBANClaim {
        let iban = try LinkedIBAN(text, at: "/iban", lookup)
        let community = try call.caller.requireCommunity()
        return IBANClaim(
            iban: iban,
            sealed: try iban.sealed(by: keys, of: person, community: community),
            by: call.caller.client,
            at: call.clock.now()
        )
    }

    @Sendable private func createActivationCode(_ call: Call<Caller>) async throws -> Reply {
        let id = try call.id("personId")
        let language = call.query("language").flatMap(LetterLanguage.init) ?? .nl
        let send = SendActivationCode(
            issue: IssueActivationCode(
                lookup: lookup,
                community: try call.caller.requireCommunity(),
                now: call.clock.now()
            ),
            language: language,
            address: enrolmentAddress
        )
        // Without a body the path and the language are the whole request.
        let request = "\(call.request.uri.path)?language=\(language.rawValue)"
        let fingerprint = Array(SHA256.hash(data: Data(request.utf8)))
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let code = try send(to: id, connection)
            try call.record(code.auditEntry(for: Identifier(id)), connection)
            return .created(code, at: "/v1/people/\(Identifier(id))")
        }
    }
}
