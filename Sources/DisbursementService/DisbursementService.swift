import API
import ISO20022
import OpenAPIDocuments
import Postgres
import ServiceKit

/// Programmes, their budget, and the payment files that fill wallets.
@main
struct DisbursementService {
    static func main() async {
        await ServiceMain.run(.disbursement, hearing: Channel.all) { runtime in
            let database = runtime.database
            let lookupKey = try LookupKey(
                file: runtime.configuration.required("secrets.lookupKeyFile")
            )
            let dataKeys = try await runtime.configuration.dataKeys()
            let schemas = try PaymentSchemas.configured(runtime.configuration)
            let idempotency = Idempotency(database: database, schema: "disbursement")
            let listener = runtime.listener
            let carryOut = CarryOutBatches(database: database, logger: runtime.logger)
            let executor = WorkLoop(
                channel: Channel.batch,
                listener: listener,
                logger: runtime.logger,
                work: { try await carryOut() }
            )
            let land = MoveReservedCredits.landing(database, runtime.logger)
            let lander = WorkLoop(
                channel: Channel.enrolment,
                listener: listener,
                logger: runtime.logger,
                work: { try await land() }
            )
            let upkeep = Duration.seconds(
                try await runtime.configuration.number(
                    "disbursement.upkeepSeconds",
                    default: 10,
                    in: 1...3600
                )
            )
            let giveBack = MoveReservedCredits.returning(database, runtime.logger)
            let returner = WorkLoop(
                interval: upkeep,
                logger: runtime.logger,
                work: { try await giveBack() }
            )
            let recall = CarryOutRecalls(database: database, logger: runtime.logger)
            let recaller = WorkLoop(
                interval: upkeep,
                logger: runtime.logger,
                work: { try await recall() }
            )
            let payMonthly = PayStandingInstructions(
                database: database,
                clock: runtime.clock,
                logger: runtime.logger
            )
            let monthly = WorkLoop(
                channel: Channel.standing,
                listener: listener,
                interval: upkeep,
                logger: runtime.logger,
                work: { try await payMonthly() }
            )
            let tellHolders = TellHolders(database: database)
            let reminder = WorkLoop(
                channel: Channel.grantRules,
                listener: listener,
                interval: .seconds(3600),
                logger: runtime.logger,
                work: { try await tellHolders() }
            )
            let watchDrops = WatchDrops(
                drops: try Drops.read(runtime.configuration),
                database: database,
                idempotency: idempotency,
                lookupKey: lookupKey,
                schemas: schemas,
                clock: runtime.clock,
                logger: runtime.logger
            )
            let dropWatcher = WorkLoop(
                interval: .seconds(
                    try await runtime.configuration.number(
                        "disbursement.dropSeconds",
                        default: 10,
                        in: 1...3600
                    )
                ),
                logger: runtime.logger,
                work: { try await watchDrops() }
            )
            let cleaner = AbandonedFileWorker(
                database: database,
                clock: runtime.clock,
                logger: runtime.logger
            )
            try await runtime.run(
                service: .disbursement,
                operations: DisbursementOperations.all,
                workers: [
                    cleaner, executor, lander, returner, recaller, reminder, monthly,
                    dropWatcher,
                    try await runtime.answerRetention(schema: "disbursement"),
                    runtime.retention([try await CreditorRetention.rule(runtime.configuration)]),
                ]
            ) { routes in
                ProgrammeRoutes(database: database, idempotency: idempotency).add(to: routes)
                ProgrammePolicyRoutes(
                    database: database,
                    idempotency: idempotency
                ).add(to: routes)
                CreditRuleRoutes(database: database, idempotency: idempotency).add(to: routes)
                ProgrammeRuleRoutes(database: database, idempotency: idempotency).add(to: routes)
                ProgrammeChangeRoutes(database: database, idempotency: idempotency)
                    .add(to: routes)
                EarmarkRoutes(database: database).add(to: routes)
                BankStatementRoutes(database: database, idempotency: idempotency).add(to: routes)
                IntakeRoutes(
                    database: database,
                    idempotency: idempotency,
                    lookupKey: lookupKey,
                    schemas: schemas
                ).add(to: routes)
                UploadRoutes(
                    database: database,
                    idempotency: idempotency,
                    listener: listener,
                    lookupKey: lookupKey,
                    schemas: schemas,
                    keys: dataKeys
                ).add(to: routes)
                FileSettingsRoutes(database: database, idempotency: idempotency).add(to: routes)
                BatchRoutes(database: database, listener: listener).add(to: routes)
                BatchDecisionRoutes(idempotency: idempotency).add(to: routes)
                LineSearchRoutes(database: database, lookupKey: lookupKey).add(to: routes)
                LetterRoutes(
                    idempotency: Idempotency(
                        database: database,
                        schema: "disbursement",
                        answerKeys: dataKeys
                    ),
                    lookup: lookupKey,
                    enrolmentAddress: runtime.configuration.issuer
                ).add(to: routes)
                ReportRoutes(database: database).add(to: routes)
                GrantRoutes(database: database).add(to: routes)
                GrantRulesRoutes(database: database, idempotency: idempotency).add(to: routes)
                RecallRoutes(database: database, idempotency: idempotency).add(to: routes)
                RecallLetterRoutes(database: database).add(to: routes)
                NoticeRoutes(database: database).add(to: routes)
                PersonTotalsRoutes(database: database).add(to: routes)
                StatusSummaryRoutes(database: database).add(to: routes)
                StatisticsRoutes(database: database).add(to: routes)
                JournalRoutes(database: database, idempotency: idempotency).add(to: routes)
                DepartureRoutes(database: database, idempotency: idempotency).add(to: routes)
                StandingInstructionRoutes(database: database, idempotency: idempotency)
                    .add(to: routes)
            }
        }
    }
}

/// What this service listens to.
enum Channel {
    /// A batch was approved, advanced, or cancelled; the payload is its id.
    static let batch = "disbursement_batch"
    /// Somebody got a wallet, an alias, or a linked IBAN.
    static let enrolment = "accounts_enrolment"

    /// A programme said something else about its grants, or where they are spent; the payload is its id
    /// or that of the change.
    static let grantRules = "disbursement_grant_rules"

    /// A standing instruction is to be looked at; the payload is its id.
    static let standing = "disbursement_standing"

    /// A file in parts came further; the payload is its id.
    static let upload = "disbursement_upload"

    static let all = [batch, enrolment, grantRules, standing, upload]
}
