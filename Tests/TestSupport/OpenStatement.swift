import Dispatch
import LocalStack
import Logging
package import Postgres

/// A statement of another session that is not committed yet: what it locks stays locked.
package enum OpenStatement {
    /// Runs it as the owner of the stack's database, keeps it open as long as the work takes, and
    /// takes it back then. Throws what the statement or the work throws.
    package static func hold(_ statement: SQL, while work: () async throws -> Void) async throws {
        let stack = try await TestStack.shared
        let owner = stack.cluster.ownerConfiguration(database: LocalStack.databaseName)
        let keeper = Database(
            configuration: owner,
            logger: Logger(label: "open statement") { _ in SwiftLogNoOpLogHandler() }
        )
        let (isOpen, tellOpen) = AsyncStream.makeStream(of: Void.self)
        let isOver = DispatchSemaphore(value: 0)
        let keeping = Task {
            defer { tellOpen.finish() }
            try await keeper.transaction { connection in
                _ = try connection.query(statement)
                tellOpen.yield()
                isOver.wait()
                throw TakenBack()
            }
        }
        for await _ in isOpen {
            defer { isOver.signal() }
            try await work()
        }
        do { try await keeping.value } catch is TakenBack {}
        await keeper.shutDown()
    }

    private struct TakenBack: Error {}
}
