import API
import OpenAPIDocuments
import ServiceKit

/// The wallet service: wallets, their pots and statements, and transfers between people.
@main
struct WalletService {
    static func main() async {
        await ServiceMain.run(.wallet) { runtime in
            let database = runtime.database
            let idempotency = Idempotency(database: database, schema: "wallet")
            try await runtime.run(service: .wallet, operations: WalletOperations.all) { routes in
                WalletRoutes(database: database).add(to: routes)
                StatementRoutes(database: database).add(to: routes)
                TransferRoutes(database: database, idempotency: idempotency).add(to: routes)
                CirculationRoutes(database: database).add(to: routes)
            }
        }
    }
}
