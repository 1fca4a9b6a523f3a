package import LedgerModel
package import LocalStack
import Logging
import Postgres
import Schema

/// A database beside that of the services, with the schema and nothing else: no worker of a service
/// moves anything there.
package enum EmptyLedger {
    /// Makes the database unless it exists, and connects as every role. Its books belong to nothing that
    /// services know of, so fundings there are held against no record.
    package static func open(_ name: String, on stack: LocalStack) async throws -> LedgerRoles {
        try await stack.cluster.createDatabase(name)
        let owner = database(stack.cluster.ownerConfiguration(database: name))
        _ = try await Migrator.migrate(owner) { _ in }
        try await owner.execute(
            "ALTER TABLE ledger.transfer DISABLE TRIGGER transfer_of_booked_funding"
        )
        func connect(_ role: String) throws -> Database {
            var configuration = try stack.databaseConfiguration(role: role)
            configuration.database = name
            // The ledger's own tests are about several communities at once.
            configuration.tenant = .everyCommunity
            return database(configuration)
        }
        return LedgerRoles(
            accounts: try connect("wijkmunt_accounts"),
            wallet: try connect("wijkmunt_wallet"),
            merchant: try connect("wijkmunt_merchant"),
            disbursement: try connect("wijkmunt_disbursement"),
            owner: owner
        )
    }

    private static func database(_ configuration: DatabaseConfiguration) -> Database {
        Database(
            configuration: configuration,
            logger: Logger(label: "ledger") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
