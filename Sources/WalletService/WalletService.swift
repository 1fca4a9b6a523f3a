import API
import Ledger
import OpenAPIDocuments
import Postgres
import ServiceKit

/// The wallet service: wallets, their pots and statements, and transfers between people.
@main
struct WalletService {
    static func main() async {
        await ServiceMain.run(.wallet, hearing: [WatchedWallets.channel]) { runtime in
            let database = runtime.database
            let idempotency = Idempotency(database: database, schema: "wallet")
            let poster = CreateTransfer.Poster(
                database: database,
                bounds: .twoInFlight,
                logger: runtime.logger,
                lane: { $0.grouped.community },
                key: { $0.grouped.groupKey },
                touches: \.wallets,
                statement: { TransferQueries.create($0, community: $1) },
                outcomes: { rows, _ in try TransferQueries.outcomes(rows) }
            )
            let mandated = CreateTransfer.Poster(
                database: database,
                bounds: .oneByOne,
                logger: runtime.logger,
                lane: { $0.grouped.community },
                key: { $0.grouped.groupKey },
                statement: { TransferQueries.createByMandate($0[0], community: $1) },
                outcomes: { rows, _ in try TransferQueries.outcomes(rows) }
            )
            let keep = KeepLedger(database: database, clock: runtime.clock, logger: runtime.logger)
            let upkeep = WorkLoop(
                interval: .seconds(
                    try await runtime.configuration.number(
                        "wallet.upkeepSeconds",
                        default: 10,
                        in: 1...3600
                    )
                ),
                logger: runtime.logger,
                work: { try await keep() }
            )
            let watch = LedgerWatch(database: database, schema: "wallet", logger: runtime.logger)
            let watcher = WorkLoop(
                interval: .seconds(2),
                // A twentieth of one core, whatever there is to check.
                restFactor: 19,
                logger: runtime.logger,
                work: { try await watch() }
            )
            let watched = WatchedWallets(database: database)
            let bell = WorkLoop(
                channel: WatchedWallets.channel,
                listener: runtime.listener,
                interval: WatchedWallets.interval,
                logger: runtime.logger,
                work: { try await watched() }
            )
            let eventDays = try await runtime.configuration.number(
                "retention.eventDays",
                default: 30,
                in: 7...3650
            )
            try await runtime.run(
                service: .wallet,
                operations: WalletOperations.all,
                workers: [
                    poster, mandated, upkeep, watcher, bell,
                    try await runtime.answerRetention(schema: "wallet"),
                    runtime.retention([
                        // As long as the database keeps them from others.
                        RetentionRule("aliases that were given up", days: 365) { _, limit in
                            "SELECT wallet.forget_aliases(\(limit))"
                        },
                        RetentionRule("what happened to wallets", days: eventDays) { days, limit in
                            "SELECT wallet.forget_events(\(days), \(limit))"
                        },
                    ]),
                ],
                metrics: { WalletMetrics.all(poster.statistics, watch.statistics) }
            ) { routes in
                WalletRoutes(database: database).add(to: routes)
                AliasRoutes(idempotency: idempotency).add(to: routes)
                StatementRoutes(database: database).add(to: routes)
                WalletHoldRoutes(database: database).add(to: routes)
                WalletEventRoutes(database: database, watched: watched).add(to: routes)
                TransferRoutes(
                    database: database,
                    create: CreateTransfer(
                        poster: poster,
                        mandated: mandated,
                        idempotency: idempotency
                    )
                ).add(to: routes)
                CirculationRoutes(database: database).add(to: routes)
                WalletClassRoutes(database: database, idempotency: idempotency).add(to: routes)
                DepreciationRoutes(database: database, idempotency: idempotency).add(to: routes)
                CorrectionRoutes(database: database, idempotency: idempotency).add(to: routes)
            }
        }
    }
}
