import API
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Runs work with connections of a role, such as that of a service in foreign hands.
func withRole<T: Sendable>(
    _ role: String,
    of stack: LocalStack,
    _ work: (Database) async throws -> T
) async throws -> T {
    let database = Database(
        configuration: try stack.databaseConfiguration(role: role),
        logger: Logger(label: role)
    )
    do {
        let value = try await work(database)
        await database.shutDown()
        return value
    } catch {
        await database.shutDown()
        throw error
    }
}

/// What an audit of a stack tells, or of one community there.
func auditBooks(
    of stack: LocalStack,
    in community: TestCommunity? = nil
) async throws -> AuditReport {
    // May read all books and write none.
    try await withRole("wijkmunt_audit", of: stack) {
        try await LedgerAudit.run(in: $0, of: community?.id.uuid)
    }
}

/// Holds the whole ledger of a stack against its own postings; in a stack that tests share, where
/// some plant faults on purpose, only that of one community.
func requireSoundBooks(of stack: LocalStack, in community: TestCommunity? = nil) async throws {
    let report = try await auditBooks(of: stack, in: community)
    #expect(report.isSound, "\(report.drifts)")
    #expect(report.postings > 0)
}

/// Holds what clients were told against what happened.
func requireKept(_ history: ClientHistory, in community: TestCommunity) async throws {
    let contradictions = try await withRole("wijkmunt_audit", of: community.stack) { database in
        try await history.contradictions(in: database, community: community.id)
    }
    #expect(contradictions.isEmpty, "\(contradictions)")
}
