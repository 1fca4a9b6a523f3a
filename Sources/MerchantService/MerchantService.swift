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
        let channels = [PaymentEvents.channel] + LocalityBook.channels
        await ServiceMain.run(.merchant, hearing: channels) { runtime in
            let database = runtime.database
            let idempotency = Idempotency(
                database: database,
                schema: "merchant",
                answerKeys: try await runtime.configuration.dataKeys()
            )
            let lookupKey = try LookupKey(
                file: runtime.configuration.required("secrets.lookupKeyFile")
            )
            let payAddress = runtime.configuration.reader.string(
                forKey: "merchant.payAddress",
                default: "https://pay.wijkmunt.example/p"
            )
            let book = LocalityBook(database: database, clock: runtime.clock)
            let refresher = LocalityRefresher(book: book, listener: runtime.listener)
            let codes = TerminalCodes(lookupKey: lookupKey)
            let posters = PaymentPosters(database: database, logger: runtime.logger)
            let contexts = ApprovalContexts(reader: posters.reader)
            let cardLimits = try await CardLimits(runtime.configuration)
            try await runtime.run(
                service: .merchant,
                operations: MerchantOperations.all,
                workers: [
                    refresher, posters.reader, posters.acceptances, posters.refunds,
                    posters.mandatedAcceptances, posters.mandatedRefunds,
                    try await runtime.answerRetention(schema: "merchant"),
                ]
            ) { routes in
                MerchantRoutes(database: database, idempotency: idempotency).add(to: routes)
                ShopRoutes(database: database, idempotency: idempotency).add(to: routes)
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
                        mandated: posters.mandatedAcceptances,
                        idempotency: idempotency,
                        book: book,
                        payAddress: payAddress
                    ),
                    refund: RefundPayment(
                        poster: posters.refunds,
                        mandated: posters.mandatedRefunds,
                        idempotency: idempotency
                    ),
                    payAddress: payAddress
                ).add(to: routes)
                AcceptCardPayment(
                    database: database,
                    idempotency: Idempotency(
                        database: database,
                        schema: "merchant",
                        fingerprintKey: lookupKey
                    ),
                    attempts: TryCard(database: database, lookup: lookupKey),
                    contexts: contexts,
                    book: book,
                    limits: cardLimits,
                    payAddress: payAddress
                ).add(to: routes)
                RedemptionRoutes(database: database, idempotency: idempotency).add(to: routes)
                SettlementRoutes(database: database, idempotency: idempotency).add(to: routes)
            }
        }
    }
}
