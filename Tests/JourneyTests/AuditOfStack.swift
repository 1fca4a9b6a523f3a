import API
import Ledger
import LocalStack
import Logging
import Postgres
import TestSupport
import Testing

/// Runs work with a connection that may read all books and write none.
private func withAuditor<T: Sendable>(
    of stack: LocalStack,
    _ work: (Database) async throws -> T
) async throws -> T {
    let database = Database(
        configuration: try stack.databaseConfiguration(role: "wijkmunt_audit"),
        logger: Logger(label: "audit")
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

/// Holds the whole ledger of a stack against its own postings; in a stack that tests share, where
/// some plant faults on purpose, what is told of one community counts.
func requireSoundBooks(of stack: LocalStack, in community: TestCommunity? = nil) async throws {
    let report = try await withAuditor(of: stack) { try await LedgerAudit.run(in: $0) }
    let drifts = report.drifts.filter { drift in
        community.map { drift.communityId == $0.id.description } ?? true
    }
    #expect(drifts.isEmpty, "\(drifts)")
    #expect(report.postings > 0)
}

/// Holds what clients were told against what happened.
func requireKept(_ history: ClientHistory, in community: TestCommunity) async throws {
    let contradictions = try await withAuditor(of: community.stack) { database in
        try await history.contradictions(in: database, community: community.id)
    }
    #expect(contradictions.isEmpty, "\(contradictions)")
}
