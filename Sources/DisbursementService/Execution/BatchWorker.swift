import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle

/// Carries out approved batches, set by set; what was begun before a restart is taken up again.
struct BatchWorker: Service {
    let database: Database
    let listener: NotificationListener
    let logger: Logger

    private static let interval: Duration = .seconds(5)

    func run() async throws {
        let loop = WorkLoop(
            channels: [Channel.batch],
            listener: listener,
            interval: Self.interval,
            logger: logger
        )
        await loop.run(carryOut)
    }

    @Sendable private func carryOut() async throws {
        let approved = try await database.query(ExecutionQueries.approved) { rows in
            try rows.map { try ApprovedBatch.Key($0.decode(UUID.self, UUID.self)) }
        }
        for key in approved { await carryOut(key) }
    }

    /// One that cannot be carried out now must not keep the others.
    private func carryOut(_ key: ApprovedBatch.Key) async {
        do {
            while try await database.transaction({ connection in
                try CreditNextSet(batch: key)(connection)
            }) {}
        } catch is CancellationError {
            return
        } catch {
            logger.error(
                "a batch cannot be carried out now",
                metadata: ["batch": "\(key.id)", "error": "\(error)"]
            )
        }
    }
}
