import Foundation

/// Where PostgreSQL's server programs are.
struct PostgresPrograms: Sendable, Hashable {
    let directory: String

    var initdb: String { "\(directory)/initdb" }
    var postgres: String { "\(directory)/postgres" }

    /// `WIJKMUNT_POSTGRES_BIN`, else the newest version that Debian and Ubuntu keep apart, else
    /// what `pg_config` on the PATH points at. Throws when there is none.
    static func find() throws -> PostgresPrograms {
        let given = ProcessInfo.processInfo.environment["WIJKMUNT_POSTGRES_BIN"]
        for directory in [given, newestPackaged(), configured()].compactMap(\.self) {
            let programs = PostgresPrograms(directory: directory)
            if access(programs.postgres, X_OK) == 0, access(programs.initdb, X_OK) == 0 {
                return programs
            }
        }
        throw LocalStackError(
            "PostgreSQL's server is not installed (initdb and postgres were not found); "
                + "on Debian: apt install postgresql"
        )
    }

    private static func newestPackaged() -> String? {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap(Int.init).max().map { "\(root)/\($0)/bin" }
    }

    private static func configured() -> String? {
        guard let program = Command.find("pg_config") else { return nil }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--bindir"]
        process.standardOutput = output
        guard (try? process.run()) != nil else { return nil }
        let bytes = try? output.fileHandleForReading.readToEnd()
        process.waitUntilExit()
        return bytes.flatMap {
            String(decoding: $0, as: UTF8.self).split(separator: "\n").first.map(String.init)
        }
    }
}
