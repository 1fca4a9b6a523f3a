import API
import Ledger
import OpenAPIDocuments
import ServiceKit

/// The wallet service: wallets, their pots and statements, and transfers between people.
@main
struct WalletService {
    static func main() async {
        await ServiceMain.run(.wallet) { runtime in
            let database = runtime.database
            let idempotency = Idempotency(database: database, schema: "wallet")
            let poster = CreateTransfer.Poster(
                database: database,
                logger: runtime.logger,
                lane: { $0.grouped.community },
                key: { $0.grouped.groupKey },
                statement: { TransferQueries.create($0, community: $1) },
                outcomes: { rows, _ in try TransferQueries.outcomes(rows) }
            )
            try await runtime.run(
                service: .wallet,
                operations: WalletOperations.all,
                workers: [poster]
            ) { routes in
                WalletRoutes(database: database).add(to: routes)
                StatementRoutes(database: database).add(to: routes)
                TransferRoutes(
                    database: database,
                    create: CreateTransfer(poster: poster, idempotency: idempotency)
                ).add(to: routes)
                CirculationRoutes(database: database).add(to: routes)
            }
        }
    }
}
