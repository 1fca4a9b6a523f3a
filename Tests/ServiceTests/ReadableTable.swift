import LocalStack
import Logging
import Postgres
import TestSupport

/// A table of communities, as one service's role may use it.
struct ReadableTable: Sendable {
    let name: String
    /// A column that the role may read.
    let column: String
    /// Whether the role may read which community a row is of.
    let showsCommunity: Bool
    let mayInsert: Bool
    let mayDelete: Bool
    /// A column that the role may both read and write.
    let changeable: String?

    /// All that a role may read of.
    static func all(of service: ServiceName, _ owner: Database) async throws -> [ReadableTable] {
        let role = service.databaseRole
        return try await owner.query(
            """
            SELECT c.oid::regclass::text,
                   has_column_privilege(\(role), c.oid, 'community_id', 'SELECT'),
                   has_column_privilege(\(role), c.oid, 'community_id', 'INSERT'),
                   has_table_privilege(\(role), c.oid, 'DELETE'), readable.name, changeable.name
              FROM pg_class c
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'community_id'
             CROSS JOIN LATERAL (
                   SELECT min(quote_ident(r.attname)) AS name FROM pg_attribute r
                    WHERE r.attrelid = c.oid AND r.attnum > 0 AND NOT r.attisdropped
                      AND has_column_privilege(\(role), c.oid, r.attnum, 'SELECT')) AS readable
             CROSS JOIN LATERAL (
                   SELECT min(quote_ident(r.attname)) AS name FROM pg_attribute r
                    WHERE r.attrelid = c.oid AND r.attnum > 0 AND NOT r.attisdropped
                      AND has_column_privilege(\(role), c.oid, r.attnum, 'SELECT')
                      AND has_column_privilege(\(role), c.oid, r.attnum, 'UPDATE')) AS changeable
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND readable.name IS NOT NULL
             ORDER BY 1
            """
        ) { rows in
            try rows.map { row in
                let (name, showsCommunity, mayInsert, mayDelete, column, changeable) =
                    try row.decode(
                        String.self,
                        Bool.self,
                        Bool.self,
                        Bool.self,
                        String.self,
                        String?.self
                    )
                return ReadableTable(
                    name: name,
                    column: column,
                    showsCommunity: showsCommunity,
                    mayInsert: mayInsert,
                    mayDelete: mayDelete,
                    changeable: changeable
                )
            }
        }
    }
}

/// The database of the stack, asked directly: as its owner, and as each service.
struct OpenedDatabase: Sendable {
    let owner: Database
    let services: [ServiceName: Database]

    private static let opening = Task {
        let stack = try await TestStack.shared
        var services: [ServiceName: Database] = [:]
        for name in ServiceName.allCases {
            services[name] = connect(
                try stack.databaseConfiguration(role: name.databaseRole)
            )
        }
        return OpenedDatabase(
            owner: connect(
                stack.cluster.ownerConfiguration(database: LocalStack.databaseName)
            ),
            services: services
        )
    }

    static var shared: OpenedDatabase {
        get async throws { try await opening.value }
    }

    /// One connection, which everybody has to share.
    private static func connect(_ configuration: DatabaseConfiguration) -> Database {
        var configuration = configuration
        configuration.connections = 1
        return Database(
            configuration: configuration,
            logger: Logger(label: "opened") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
