import API
import FoundationEssentials
import OpenAPIDocuments
import Postgres
import ServiceKit

/// The accounts service: communities, coins, areas and policies; parties, clients and their
/// devices; access tokens.
@main
struct AccountsService {
    static func main() async {
        await ServiceMain.run(.accounts) { runtime in
            let configuration = runtime.configuration
            let keys = try await TokenKeys(configuration)
            let installedOperator = try InstalledOperator(
                keyFile: configuration.required("accounts.operatorKeyFile")
            )
            let lookup = try LookupKey(file: configuration.required("secrets.lookupKeyFile"))
            let dataKeys = try await configuration.dataKeys()
            let database = runtime.database
            let clock = runtime.clock
            let idempotency = Idempotency(
                database: database,
                schema: "accounts",
                fingerprintKey: lookup,
                answerKeys: dataKeys
            )
            let mostWrongPINs = try await configuration.number(
                "accounts.mostWrongPins",
                default: 3,
                in: 1...10
            )
            let wrongCodes = WrongCodes(database: database, lookup: lookup)
            let reseal = ResealIBANs(database: database, keys: dataKeys, logger: runtime.logger)
            let issueToken = IssueToken(
                database: database,
                key: keys.signing,
                installedOperator: installedOperator,
                proofs: runtime.proofs,
                deviceProofs: try configuration.choice(
                    "accounts.deviceProofs",
                    default: .required
                ),
                issuer: configuration.issuer,
                audience: configuration.audience,
                clock: clock
            )
            let providers = try await IdentityProviders(configuration, logger: runtime.logger)
            let logInOfficial = LogInOfficial(
                database: database,
                providers: providers,
                clock: clock,
                logger: runtime.logger
            )
            try await runtime.run(
                service: .accounts,
                operations: AccountsOperations.all,
                keys: await LocalKeySet(keys),
                workers: [
                    // The table stays as small as the assertions that could still be replayed.
                    WorkLoop(interval: .seconds(60), logger: runtime.logger) {
                        try await database.execute(TokenQueries.forgetExpired)
                    },
                    WorkLoop(interval: .seconds(3600), logger: runtime.logger) {
                        try await wrongCodes.forget()
                        try await reseal()
                    },
                    try await runtime.answerRetention(schema: "accounts"),
                    runtime.retention(try await AccountsRetention.rules(configuration)),
                ] + providers.all.map(\.keys)
            ) { routes in
                TokenRoutes(
                    issuer: configuration.issuer,
                    keys: keys.published,
                    issueToken: issueToken,
                    logInOfficial: providers.all.isEmpty ? nil : logInOfficial,
                    proofs: runtime.proofs
                ).add(to: routes)
                CommunityRoutes(database: database, idempotency: idempotency).add(to: routes)
                CoinRoutes(database: database, idempotency: idempotency).add(to: routes)
                GeofenceRoutes(database: database, idempotency: idempotency).add(to: routes)
                LocalityPolicyRoutes(database: database, idempotency: idempotency)
                    .add(to: routes)
                InstitutionRoutes(database: database, idempotency: idempotency).add(to: routes)
                TargetGroupRoutes(database: database, idempotency: idempotency).add(to: routes)
                MandateRoutes(database: database, idempotency: idempotency).add(to: routes)
                ClientRoutes(database: database, idempotency: idempotency).add(to: routes)
                PrivacyRoutes(database: database, idempotency: idempotency).add(to: routes)
                AuditRoutes(database: database, issuer: configuration.issuer, key: keys.signing)
                    .add(to: routes)
                PersonRoutes(
                    database: database,
                    idempotency: idempotency,
                    lookup: lookup,
                    keys: dataKeys,
                    enrolmentAddress: configuration.issuer
                ).add(to: routes)
                ClientNumberRoutes(
                    database: database,
                    idempotency: idempotency,
                    lookup: lookup
                ).add(to: routes)
                DeviceRoutes(database: database, idempotency: idempotency).add(to: routes)
                CardRoutes(
                    database: database,
                    idempotency: idempotency,
                    secrets: CardSecrets(lookup: lookup),
                    mostWrongPINs: mostWrongPINs
                ).add(to: routes)
                EnrolmentRoutes(
                    database: database,
                    idempotency: idempotency,
                    lookup: lookup,
                    wrongCodes: wrongCodes
                ).add(to: routes)
            }
        }
    }
}
