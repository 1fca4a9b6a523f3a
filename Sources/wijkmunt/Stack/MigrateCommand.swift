import ArgumentParser
import LocalStack
import Logging
import Postgres
import Schema

/// `wijkmunt migrate`
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring a database to the newest schema; services never do it themselves.",
        discussion: """
            Without --database-config the private database of --directory is meant. The user of \
            the configuration must own the database and be allowed to create roles.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "A JSON file with `database`, as services have.", completion: .file())
    var databaseConfig: String?

    func run() async throws {
        let steps: [String]
        if let databaseConfig {
            let file = try DatabaseFile(path: databaseConfig)
            var configuration = try file.configuration()
            configuration.statementTimeoutMilliseconds = 0
            steps = try await configuration.withDatabase { database in
                try await Migrator.migrate(database) { note("migrating: \($0)") }
            }
        } else {
            let options = LocalStack.Options(directory: stack.directory)
            let own = try LocalStackProblem.explained { try LocalStack(options) }
            do {
                steps = try await own.startDatabase { note($0) }
                await own.stop()
            } catch {
                await own.stop()
                throw CommandFailure("\(error)")
            }
        }
        print(
            steps.isEmpty
                ? "the schema was up to date" : "ran \(counted(steps.count, "migration"))"
        )
    }
}
