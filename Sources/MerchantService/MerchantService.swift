import API
import Configuration
import Domain
import OpenAPIDocuments
import Postgres
import ServiceKit

/// Merchants, shops, terminals, payments, refunds, redemptions and settlements.
@main
struct MerchantService {
    static func main() async {
        let channels =
            [
                PaymentEvents.channel, ShopChanges.channel, RedemptionScheduleQueries.channel,
                NumberEvents.channel, EventRoutes.numbered,
            ] + LocalityBook.channels
        await ServiceMain.run(.merchant, hearing: channels) { runtime in
            let database = runtime.database
            let dataKeys = try await runtime.configuration.dataKeys()
            let idempotency = Idempotency(
                database: database,
                schema: "merchant",
                answerKeys: dataKeys
            )
            let webhooks = try await Webhooks(runtime, dataKeys)
            let lookupKey = try LookupKey(
                file: runtime.configuration.required("secrets.lookupKeyFile")
            )
            let payAddress = runtime.configuration.reader.string(
                forKey: "merchant.payAddress",
                default: "https://pay.wijkmunt.example/p"
            )
            let book = LocalityBook(database: database, clock: runtime.clock)
            let codes = TerminalCodes(lookupKey: lookupKey)
            let posters = PaymentPosters(database: database, logger: runtime.logger)
            let contexts = ApprovalContexts(reader: posters.reader)
            let owed = SettleOwedRefunds(database: database, clock: runtime.clock).loop(
                every: .seconds(
                    try await runtime.configuration.number(
                        "merchant.owedRefundSeconds",
                        default: 5,
                        in: 1...3600
                    )
                ),
                logger: runtime.logger
            )
            let correctionMinutes = try await runtime.configuration.number(
                "merchant.correctionMinutes",
                default: 15,
                in: 1...1440
            )
            let refresher = LocalityRefresher(
                book: book,
                contexts: contexts,
                listener: runtime.listener
            )
            let verdictKeys = try await VerdictKeys(runtime.configuration)
            let travelHours = try await runtime.configuration.number(
                "retention.travelHours",
                default: 12,
                in: 1...72
            )
            let cardLimits = try await CardLimits(runtime.configuration)
            let challengeSeconds = try await runtime.configuration.number(
                "merchant.challengeSeconds",
                default: 120,
                in: 1...900
            )
            let endHolds = EndHolds(database: database)
            let ender = WorkLoop(
                interval: .seconds(
                    try await runtime.configuration.number(
                        "merchant.upkeepSeconds",
                        default: 10,
                        in: 1...3600
                    )
                ),
                logger: runtime.logger,
                work: { try await endHolds() }
            )
            let scheduled = ScheduledRedemptions(
                database: database,
                clock: runtime.clock,
                logger: runtime.logger
            )
            let schedules = WorkLoop(
                channel: RedemptionScheduleQueries.channel,
                listener: runtime.listener,
                interval: .seconds(60),
                logger: runtime.logger,
                work: { try await scheduled() }
            )
            try await runtime.run(
                service: .merchant,
                operations: MerchantOperations.all,
                workers: [
                    refresher, posters.reader, posters.acceptances, posters.refunds,
                    posters.singleAcceptances, posters.mandatedRefunds,
                    owed, ender, schedules,
                    try await runtime.answerRetention(schema: "merchant"),
                    runtime.retention([TravelTrace.retention(hours: travelHours)]),
                ] + webhooks.workers
            ) { routes in
                MerchantRoutes(database: database, idempotency: idempotency).add(to: routes)
                ShopRoutes(database: database, idempotency: idempotency).add(to: routes)
                SuspensionRoutes(database: database, idempotency: idempotency).add(to: routes)
                ShopMoveRoutes(
                    database: database,
                    idempotency: idempotency,
                    contexts: contexts
                ).add(to: routes)
                LocalityRoutes(database: database, keys: verdictKeys).add(to: routes)
                TerminalRoutes(idempotency: idempotency, codes: codes).add(to: routes)
                PaymentRoutes(
                    database: database,
                    idempotency: idempotency,
                    book: book,
                    events: PaymentEvents(listener: runtime.listener),
                    accept: AcceptPayment(
                        database: database,
                        contexts: contexts,
                        poster: posters.acceptances,
                        single: posters.singleAcceptances,
                        idempotency: idempotency,
                        book: book,
                        hold: HoldPayment(idempotency: idempotency, payAddress: payAddress),
                        payAddress: payAddress,
                        challengeSeconds: challengeSeconds
                    ),
                    refund: RefundPayment(
                        poster: posters.refunds,
                        mandated: posters.mandatedRefunds,
                        idempotency: idempotency
                    ),
                    capture: CapturePayment(idempotency: idempotency),
                    void: VoidPayment(idempotency: idempotency, payAddress: payAddress),
                    payAddress: payAddress
                ).add(to: routes)
                PaymentPartRoutes(database: database).add(to: routes)
                CorrectPayment(idempotency: idempotency, minutes: correctionMinutes).add(to: routes)
                DiscountRoutes(database: database, idempotency: idempotency).add(to: routes)
                AcceptCardPayment(
                    database: database,
                    attempts: TryCard(database: database, lookup: lookupKey),
                    book: book,
                    limits: cardLimits,
                    post: PostAtTill(
                        idempotency: Idempotency(
                            database: database,
                            schema: "merchant",
                            fingerprintKey: lookupKey
                        ),
                        contexts: contexts,
                        book: book,
                        payAddress: payAddress
                    )
                ).add(to: routes)
                AcceptPayerCode(
                    database: database,
                    book: book,
                    post: PostAtTill(
                        idempotency: idempotency,
                        contexts: contexts,
                        book: book,
                        payAddress: payAddress
                    )
                ).add(to: routes)
                RequestInvoice(idempotency: idempotency, book: book, payAddress: payAddress)
                    .add(to: routes)
                ProposalRoutes(database: database, idempotency: idempotency).add(to: routes)
                QRCodeRoutes(database: database, payAddress: payAddress).add(to: routes)
                ShiftRoutes(database: database, idempotency: idempotency).add(to: routes)
                ClosingRoutes(database: database, idempotency: idempotency).add(to: routes)
                StatementRoutes(database: database).add(to: routes)
                webhooks.add(to: routes, idempotency)
                ShopPlaceRoutes(database: database, book: book).add(to: routes)
                RedemptionRoutes(database: database, idempotency: idempotency).add(to: routes)
                PayoutRoutes(database: database, idempotency: idempotency).add(to: routes)
                MerchantIbanRoutes(database: database, idempotency: idempotency).add(to: routes)
                RedemptionPolicyRoutes(database: database, idempotency: idempotency)
                    .add(to: routes)
                RedemptionScheduleRoutes(database: database, idempotency: idempotency)
                    .add(to: routes)
                SettlementRoutes(database: database, idempotency: idempotency).add(to: routes)
                BankAnswerRoutes(database: database, idempotency: idempotency).add(to: routes)
            }
        }
    }
}
