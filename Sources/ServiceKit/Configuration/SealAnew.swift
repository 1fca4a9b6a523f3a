package import FoundationEssentials
package import Logging
package import Postgres

/// Seals anew what stands under a retired key, so that the key can go: all communities', some rows in
/// each transaction.
package struct SealAnew<Row: Sendable>: Sendable {
    private let what: String
    private let database: Database
    private let logger: Logger
    private let id: @Sendable (Row) -> UUID
    private let due: @Sendable (_ after: UUID?, _ limit: Int, Connection) throws -> [Row]
    private let seal: @Sendable (Row, Connection) throws -> Void

    private static var mostAtOnce: Int { 200 }

    /// What it is, such as `IBANs`, for the log. `due` locks and reads rows under other keys in the order
    /// of `id`, behind an id and at most so many; `seal` writes one, and may throw ``DataKeys/Failure``.
    package init(
        _ what: String,
        in database: Database,
        _ logger: Logger,
        id: @escaping @Sendable (Row) -> UUID,
        due: @escaping @Sendable (_ after: UUID?, _ limit: Int, Connection) throws -> [Row],
        seal: @escaping @Sendable (Row, Connection) throws -> Void
    ) {
        self.what = what
        self.database = database
        self.logger = logger
        self.id = id
        self.due = due
        self.seal = seal
    }

    /// What does not open is logged and left as it is. Throws `PostgresError`.
    package func callAsFunction() async throws {
        var (after, sealed): (UUID?, Int) = (nil, 0)
        repeat {
            let last = after
            let (next, count) = try await Tenant.acrossCommunities {
                try await database.transaction { try sealNext(after: last, $0) }
            }
            after = next
            sealed += count
        } while after != nil
        if sealed > 0 { logger.info("\(what) sealed anew", metadata: ["count": "\(sealed)"]) }
    }

    /// The row to go on after, and how many were done.
    private func sealNext(
        after: UUID?,
        _ connection: Connection
    ) throws -> (next: UUID?, count: Int) {
        let rows = try due(after, Self.mostAtOnce, connection)
        var count = 0
        for row in rows {
            do {
                try seal(row, connection)
                count += 1
            } catch let failure as DataKeys.Failure {
                logger.error("one of the \(what) does not open", metadata: ["reason": "\(failure)"])
            }
        }
        return (rows.count == Self.mostAtOnce ? rows.last.map(id) : nil, count)
    }
}
