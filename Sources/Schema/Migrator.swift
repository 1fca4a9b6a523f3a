import Crypto
import FoundationEssentials
package import Postgres

/// Why the schema cannot be brought or used as it is.
package enum SchemaProblem: Error, Sendable, CustomStringConvertible {
    /// A step that was run has other text than ours.
    case changed(name: String)
    /// The database has steps that this program does not know.
    case newer(version: Int32)
    /// The database lacks steps.
    case older(version: Int32)

    package var description: String {
        switch self {
        case .changed(let name): "migration \(name) was changed after it ran"
        case .newer(let version):
            "the database is at schema version \(version), newer than this program"
        case .older(let version):
            "the database is at schema version \(version); run wijkmunt migrate"
        }
    }
}

/// Brings a database to the newest schema; services never do.
package enum Migrator {
    // Any constant will do, as long as all migrators use the same.
    private static let lock: Int64 = 0x5749_4A4B_4D55_4E54

    /// Runs the missing steps, each in one transaction, and answers their names.
    ///
    /// Safe to run twice at once: the second waits for the first. Throws `SchemaProblem` when a
    /// step that ran differs from ours, `PostgresError` when one fails; earlier steps stay.
    package static func migrate(
        _ database: Database,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> [String] {
        var ran: [String] = []
        for migration in Migration.all {
            let didRun = try await database.transaction { connection in
                try run(migration, connection, progress)
            }
            if didRun { ran.append(migration.name) }
        }
        return ran
    }

    private static func run(
        _ migration: Migration,
        _ connection: Connection,
        _ progress: (String) -> Void
    ) throws -> Bool {
        _ = try connection.query("SELECT pg_advisory_xact_lock(\(lock))")
        try connection.executeScript(
            """
            CREATE TABLE IF NOT EXISTS public.schema_migration (
                version integer PRIMARY KEY,
                name text NOT NULL,
                sha256 bytea NOT NULL,
                ran_at timestamptz NOT NULL DEFAULT now()
            );
            GRANT USAGE ON SCHEMA public TO PUBLIC;
            GRANT SELECT ON public.schema_migration TO PUBLIC;
            """
        )
        let hash = [UInt8](SHA256.hash(data: migration.sql))
        let known = try connection.query(
            """
            SELECT sha256 FROM public.schema_migration WHERE version = \(migration.version)
            """
        )
        if let row = known.first {
            guard try row.decode([UInt8].self) == hash else {
                throw SchemaProblem.changed(name: migration.name)
            }
            return false
        }
        progress(migration.name)
        try connection.executeScript(String(decoding: migration.sql, as: UTF8.self))
        _ = try connection.execute(
            """
            INSERT INTO public.schema_migration (version, name, sha256)
            VALUES (\(migration.version), \(migration.name), \(hash))
            """
        )
        return true
    }
}

/// What a service asks before it serves.
package enum SchemaVersion {
    /// The version this program was built for.
    package static let expected = Int32(Migration.all.count)

    /// Throws `SchemaProblem` unless the database is exactly at the expected version.
    package static func require(in database: Database) async throws {
        let version = try await database.query(
            "SELECT coalesce(max(version), 0) FROM public.schema_migration"
        ) { try $0.one().decode(Int32.self) }
        if version > expected { throw SchemaProblem.newer(version: version) }
        if version < expected { throw SchemaProblem.older(version: version) }
    }
}
