import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Collects everything that is held about a person, of one moment.
struct ExportPerson: Sendable {
    let person: UUID
    let community: UUID
    let now: Instant

    /// Throws 404 for whoever is no person, or no longer.
    func callAsFunction(_ connection: Connection) throws -> PersonExport {
        try connection.executeScript(PrivacyQueries.patience)
        let traces = try PrivacyQueries.traces(
            connection.query(PrivacyQueries.traces(of: person, community: community))
        )
        guard let traces else { throw Problem.notFound("person") }
        let (accounts, wallet, merchant, disbursement) = try connection.query(
            PrivacyQueries.export(person, traces, community: community)
        ).one().decode(JSONB.self, JSONB.self, JSONB.self, JSONB.self)
        return PersonExport(
            personId: Identifier(person),
            exportedAt: now,
            accounts: try Self.json(accounts),
            wallet: try Self.json(wallet),
            merchant: try Self.json(merchant),
            disbursement: try Self.json(disbursement)
        )
    }

    private static func json(_ part: JSONB) throws -> JSONValue {
        try JSONText.parse(Array(part.text.utf8))
    }
}
