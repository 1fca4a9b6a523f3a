import Foundation

/// Where PostgreSQL's server programs are.
struct PostgresPrograms: Sendable, Hashable {
    let directory: String

    var initdb: String { "\(directory)/initdb" }
    var postgres: String { "\(directory)/postgres" }

    /// `WIJKMUNT_POSTGRES_BIN`, else the newest version that Debian and Ubuntu keep apart, else
    /// what `pg_config` on the PATH points at. Throws when there is none.
    static func find() async throws -> PostgresPrograms {
        if let given = ProcessInfo.processInfo.environment["WIJKMUNT_POSTGRES_BIN"],
            let programs = PostgresPrograms(in: given)
        {
            return programs
        }
        if let packaged = newestPackaged() { return packaged }
        if let configured = try await configured() { return configured }
        throw LocalStackError(
            "PostgreSQL's server is not installed (initdb and postgres were not found); "
                + "on Debian: apt install postgresql"
        )
    }

    /// Nil when the programs are not there.
    private init?(in directory: String) {
        self.directory = directory
        guard access(postgres, X_OK) == 0, access(initdb, X_OK) == 0 else { return nil }
    }

    private static func newestPackaged() -> PostgresPrograms? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max()
            .flatMap { PostgresPrograms(in: "\(root)/\($0)/bin") }
    }

    private static func configured() async throws -> PostgresPrograms? {
        guard let program = Command.find("pg_config") else { return nil }
        let run = try await Command(program: program, arguments: ["--bindir"]).run()
        return run.output.split(separator: "\n").first
            .flatMap { PostgresPrograms(in: String($0)) }
    }
}
