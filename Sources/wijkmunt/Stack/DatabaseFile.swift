import FoundationEssentials
import LocalStack
import Logging
import Postgres

/// The `database` part of a configuration file, as services have it.
struct DatabaseFile: Decodable, Sendable {
    private struct Place: Decodable, Sendable {
        let host: String
        let port: Int?
        let name: String?
        let user: String
        let passwordFile: String?
    }

    private let database: Place

    /// Reads a file; throws `CommandFailure`.
    init(path: String) throws {
        let bytes = try InputFile.contents(of: path)
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw CommandFailure("\(path) has no `database` with host, name, user, passwordFile")
        }
    }

    /// One connection without limits on how long it works.
    func configuration() throws -> DatabaseConfiguration {
        let password = try database.passwordFile.map { file in
            String(try SecretFile.read(file).prefix { !$0.isNewline })
        }
        var configuration = DatabaseConfiguration(
            host: database.host,
            port: database.port ?? 5432,
            database: database.name ?? LocalStack.databaseName,
            user: database.user,
            password: password,
            applicationName: "wijkmunt"
        )
        configuration.connections = 1
        return configuration
    }
}

extension DatabaseConfiguration {
    /// Runs work with a connection that is closed afterwards; errors are for the keyboard.
    func withDatabase<T: Sendable>(_ work: (Database) async throws -> T) async throws -> T {
        let database = Database(
            configuration: self,
            logger: Logger(label: "wijkmunt") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let value = try await work(database)
            await database.shutDown()
            return value
        } catch {
            await database.shutDown()
            throw CommandFailure("\(error)")
        }
    }
}
