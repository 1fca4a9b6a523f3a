import API
import Crypto
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import Postgres
import ServiceKit

/// What is kept of a person, for them to see, and the end of it.
struct PrivacyRoutes {
    let database: Database
    let idempotency: Idempotency

    func add(to routes: Routes) {
        routes.on(.getPersonExport, getPersonExport)
        routes.on(.getPersonExportPage, getPersonExportPage)
        routes.on(.erasePerson, erasePerson)
    }

    @Sendable private func getPersonExport(_ call: Call<Caller>) async throws -> Reply {
        .json(try await export(call))
    }

    @Sendable private func getPersonExportPage(_ call: Call<Caller>) async throws -> Reply {
        let page = ExportPage(try await export(call))
        return Reply(status: .ok, contentType: MediaType.html, body: Array(page.html.utf8))
    }

    /// For the counter, and for the person's own devices.
    private func export(_ call: Call<Caller>) async throws -> PersonExport {
        let person = try call.id("personId")
        guard call.caller.may(.partiesManage) || call.caller.party == person else {
            throw Problem.notFound("person")
        }
        let export = ExportPerson(
            person: person,
            community: try call.caller.requireCommunity(),
            now: call.clock.now()
        )
        return try await database.transaction(isolation: .repeatableRead) { try export($0) }
    }

    @Sendable private func erasePerson(_ call: Call<Caller>) async throws -> Reply {
        let erase = ErasePerson(
            person: try call.id("personId"),
            community: try call.caller.requireCommunity(),
            now: call.clock.now(),
            client: call.caller.client
        )
        // Without a body the path is the whole request.
        let fingerprint = Array(SHA256.hash(data: Data(call.request.uri.path.utf8)))
        return try await call.once(idempotency, fingerprint: fingerprint) { connection in
            let (erasure, isNew) = try erase(connection)
            if isNew {
                try call.record(
                    AuditEntry(
                        .person,
                        erasure.personId,
                        from: ["state": "person"],
                        to: ["state": "erased"]
                    ),
                    connection
                )
            }
            return .created(erasure, at: "/v1/people")
        }
    }
}
