import API
import FoundationEssentials
import ISO20022
import Logging
import Postgres
import ServiceKit
import Synchronization

/// Looks into directories and hands in what lies there. A file is taken when it looks the same at two
/// looks, so that one that is still being written is not.
final class WatchDrops: Sendable {
    private let drops: [Drop]
    private let database: Database
    private let idempotency: Idempotency
    private let lookupKey: LookupKey
    private let schemas: PaymentSchemas?
    private let clock: Clock
    private let logger: Logger
    /// What lay there at the last look, by directory.
    private let seen = Mutex<[String: Set<DropEntry>]>([:])

    /// How programs call files that they have not finished.
    private static let unfinished = [".part", ".tmp", ".filepart", ".crdownload"]

    init(
        drops: [Drop],
        database: Database,
        idempotency: Idempotency,
        lookupKey: LookupKey,
        schemas: PaymentSchemas?,
        clock: Clock,
        logger: Logger
    ) {
        self.drops = drops
        self.database = database
        self.idempotency = idempotency
        self.lookupKey = lookupKey
        self.schemas = schemas
        self.clock = clock
        self.logger = logger
    }

    /// Goes through all directories. What is wrong with one holds up no other.
    func callAsFunction() async throws {
        for drop in drops {
            do {
                try await Tenant.community(drop.communityId.uuid).perform {
                    try await look(at: drop)
                }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.error(
                    "cannot look into a directory",
                    metadata: ["directory": "\(drop.directory)", "error": "\(error)"]
                )
            }
        }
    }

    private func look(at drop: Drop) async throws {
        let directory = try DropDirectory(path: drop.directory)
        let entries = try directory.entries().filter { entry in
            !Self.unfinished.contains { entry.name.suffix($0.utf8.count).elementsEqual($0.utf8) }
        }
        let before = seen.withLock { seen in
            defer { seen[drop.directory] = Set(entries) }
            return seen[drop.directory] ?? []
        }
        let take = TakeDroppedFile(
            drop: drop,
            directory: directory,
            database: database,
            idempotency: idempotency,
            lookupKey: lookupKey,
            schemas: schemas,
            clock: clock,
            logger: logger
        )
        for entry in entries where before.contains(entry) {
            do {
                try await take(entry)
            } catch is CancellationError {
                throw CancellationError()
            } catch is DroppedBytes.Changed {
                continue
            } catch {
                // It stays, and the next look tries again; the others need not wait.
                logger.error("cannot take a file", metadata: ["error": "\(error)"])
            }
        }
        let result = WriteDropResult(
            drop: drop,
            directory: directory,
            database: database,
            clock: clock
        )
        try await result.finishWaiting()
    }
}
