// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "wijkmunt",
    products: [
        .executable(name: "wijkmunt", targets: ["wijkmunt"]),
        .executable(name: "wijkmunt-accounts", targets: ["AccountsService"]),
        .executable(name: "wijkmunt-wallet", targets: ["WalletService"]),
        .executable(name: "wijkmunt-merchant", targets: ["MerchantService"]),
        .executable(name: "wijkmunt-disbursement", targets: ["DisbursementService"]),
        .executable(name: "wijkmunt-benchmarks", targets: ["Benchmarks"]),
        .executable(name: "wijkmunt-soak", targets: ["Soak"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(
            url: "https://github.com/apple/swift-configuration",
            from: "1.4.0",
            traits: ["JSON", "CommandLineArguments"]
        ),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    ],
    targets: [
        // C libraries of the system.
        .systemLibrary(
            name: "CGEOS",
            providers: [.apt(["libgeos-dev"])]
        ),
        .systemLibrary(
            name: "CHaru",
            providers: [.apt(["libhpdf-dev"])]
        ),
        .systemLibrary(
            name: "CLibXML2",
            pkgConfig: "libxml-2.0",
            providers: [.apt(["libxml2-dev"])]
        ),
        .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CQREncode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // Rules and contracts: no service, no database.
        .target(name: "API"),
        .target(name: "Domain"),
        .target(name: "Geometry", dependencies: ["CGEOS"]),
        .target(name: "ISO20022", dependencies: ["API", "CLibXML2", .crypto]),
        .target(name: "QRCodes", dependencies: ["CQREncode", "CZlib"]),
        .target(name: "Locality", dependencies: ["API", "Domain", "Geometry"]),
        .target(name: "PDF", dependencies: ["CHaru"]),
        .target(name: "COpenAPI"),
        .target(
            name: "OpenAPIDocuments",
            dependencies: ["COpenAPI"],
            path: "openapi",
            exclude: [
                "common.yaml", "accounts.yaml", "wallet.yaml", "merchant.yaml",
                "disbursement.yaml",
            ]
        ),

        // The database.
        .target(name: "Postgres", dependencies: ["CPQ", .logging, .lifecycle]),
        .target(name: "Ledger", dependencies: ["Domain", "Postgres", .lifecycle, .logging]),
        .target(
            name: "Schema",
            dependencies: ["Postgres", .crypto],
            resources: migrations.map { .embedInCode("Migrations/\($0).sql") }
        ),

        // The services.
        .target(
            name: "ServiceKit",
            dependencies: [
                "API", "Domain", "OpenAPIDocuments", "Postgres", "Schema", .asyncHTTPClient,
                .configuration, .crypto, .cryptoExtras, .httpTypes, .hummingbird, .hummingbirdCore,
                .hummingbirdHTTP2, .jwtKit, .lifecycle, .logging, .nioCore, .nioHTTP1,
                .nioHTTPTypes, .nioSSL, .nioTLS, .signals, .systemPackage, .yams,
            ]
        ),
        .executableTarget(
            name: "AccountsService",
            dependencies: [
                "API", "Domain", "Geometry", "ISO20022", "Ledger", "Locality", "OpenAPIDocuments",
                "Postgres", "ServiceKit", .crypto, .httpTypes, .hummingbird, .hummingbirdCore,
                .jwtKit, .lifecycle, .logging, .nioCore,
            ]
        ),
        .executableTarget(
            name: "WalletService",
            dependencies: [
                "API", "Domain", "Ledger", "OpenAPIDocuments", "Postgres", "ServiceKit",
                .hummingbird, .hummingbirdCore, .logging,
            ]
        ),
        .executableTarget(
            name: "MerchantService",
            dependencies: [
                "API", "Domain", "Geometry", "ISO20022", "Ledger", "Locality", "OpenAPIDocuments",
                "PDF", "Postgres", "QRCodes", "ServiceKit", .configuration, .crypto, .httpTypes,
                .hummingbird, .hummingbirdCore, .lifecycle, .logging,
            ]
        ),
        .executableTarget(
            name: "DisbursementService",
            dependencies: [
                "API", "Domain", "ISO20022", "Ledger", "Locality", "OpenAPIDocuments", "PDF",
                "Postgres", "QRCodes", "ServiceKit", .crypto, .httpTypes, .hummingbird,
                .hummingbirdCore, .lifecycle,
                .logging, .nioCore,
            ]
        ),

        // What runs and drives them.
        .target(
            name: "LocalStack",
            dependencies: [
                "Postgres", "Schema", .asyncHTTPClient, .crypto, .logging, .nioCore, .nioHTTP1,
                .nioSSL,
            ]
        ),
        .executableTarget(
            name: "wijkmunt",
            dependencies: [
                "API", "Domain", "Geometry", "ISO20022", "Ledger", "Locality", "LocalStack",
                "Postgres", "QRCodes", "Schema", .argumentParser, .asyncHTTPClient, .crypto,
                .logging, .nioCore, .nioHTTP1,
            ]
        ),

        // Tests; TestSupport runs the real services on a real PostgreSQL.
        .target(
            name: "TestSupport",
            dependencies: [
                "API", "Domain", "Ledger", "LedgerModel", "LocalStack", "OpenAPIDocuments",
                "Postgres", "Schema", "ServiceKit", .asn1, .asyncHTTPClient, .certificates,
                .crypto, .logging, .nioCore, .nioHTTP1,
            ],
            path: "Tests/TestSupport"
        ),
        .executableTarget(
            name: "Soak",
            dependencies: [
                "API", "Ledger", "LedgerModel", "LocalStack", "Postgres", "TestSupport",
                .argumentParser, .logging,
            ],
            path: "Tests/Soak"
        ),
        .target(
            name: "LedgerModel",
            dependencies: ["Domain", "Ledger", "Postgres"],
            path: "Tests/LedgerModel"
        ),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "API", "CLibXML2", "Domain", "Ledger", "LocalStack", "Postgres", "ServiceKit",
                "TestSupport", .argumentParser, .logging,
            ],
            path: "Benchmarks/Program"
        ),
        .testTarget(name: "APITests", dependencies: ["API"]),
        .testTarget(name: "BenchmarkTests", dependencies: ["Benchmarks"]),
        .testTarget(
            name: "DisbursementServiceTests",
            dependencies: ["API", "DisbursementService", "ISO20022"]
        ),
        .testTarget(name: "DomainTests", dependencies: ["Domain"]),
        .testTarget(name: "GeometryTests", dependencies: ["Geometry"]),
        .testTarget(
            name: "LocalityTests",
            dependencies: ["API", "Domain", "Geometry", "Locality"]
        ),
        .testTarget(name: "ISO20022Tests", dependencies: ["ISO20022", "TestSupport"]),
        .testTarget(name: "QRCodesTests", dependencies: ["QRCodes"]),
        .testTarget(name: "PDFTests", dependencies: ["PDF"]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", .lifecycle, .logging]),
        .testTarget(
            name: "ContractTests",
            dependencies: ["API", "OpenAPIDocuments", "ServiceKit", .yams]
        ),
        .testTarget(
            name: "ServiceKitTests",
            dependencies: [
                "API", "Domain", "OpenAPIDocuments", "Postgres", "ServiceKit", .crypto,
                .httpTypes, .hummingbird, .jwtKit, .logging, .nioCore,
            ]
        ),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Domain", "Ledger", "LedgerModel", "LocalStack", "Postgres", "Schema",
                "TestSupport", .logging,
            ]
        ),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "API", "ISO20022", "Ledger", "LocalStack", "OpenAPIDocuments", "Postgres",
                "ServiceKit",
                "TestSupport", .asyncHTTPClient, .crypto, .cryptoExtras, .hummingbird, .logging,
                .nioCore, .nioHTTP1,
            ]
        ),
        .testTarget(
            name: "JourneyTests",
            dependencies: [
                "API", "Domain", "Ledger", "LedgerModel", "LocalStack", "Postgres", "TestSupport",
                .logging,
            ]
        ),
        .testTarget(name: "TidyTests", dependencies: [.yams]),
    ],
    cLanguageStandard: .c2x
)

/// The migrations in order; `Sources/Schema/Migrations.swift` lists them too, and a test compares.
var migrations: [String] {
    [
        "m0001_roles", "m0002_ledger", "m0003_posting", "m0004_accounts", "m0005_wallet",
        "m0006_merchant", "m0007_disbursement", "m0008_idempotency", "m0009_ledger_history",
        "m0010_ledger_limits", "m0011_ledger_posting", "m0012_ledger_holds",
        "m0013_wallet_transfers", "m0014_merchant_payments", "m0015_ledger_check",
        "m0016_wallet_rules", "m0017_revocations", "m0018_client_keys", "m0019_cards",
        "m0020_enrolment", "m0021_mandates", "m0022_programme_spending", "m0023_proofs",
        "m0024_officials", "m0025_audit_trail", "m0026_privacy", "m0027_tenant_isolation",
        "m0028_statements",
        "m0029_ways_to_pay", "m0030_payment_holds",
        "m0031_discounts_and_refunds", "m0032_refunds_in_parts",
        "m0033_locality_complete", "m0034_shop_days",
        "m0035_settlement", "m0036_webhooks",
        "m0037_intake", "m0038_approval", "m0039_creditors", "m0040_programme_rules",
        "m0041_grants", "m0042_reporting", "m0043_uploads", "m0044_payouts",
        "m0045_plain_batches",
        "m0046_programme_changes", "m0047_files", "m0048_booked_euros", "m0049_line_counting",
        "m0050_line_cancellations",
        "m0051_credits",
        "m0052_what_programmes_pay", "m0053_holders_told_totals", "m0054_arrays_and_pots",
        "m0055_departed_receivers", "m0056_payer_references", "m0057_departures_end",
        "m0058_institutions_apart",
        "m0059_kinds_of_join",
        "m0060_standing_approvals", "m0061_lines_that_are_returned",
        "m0062_instructing_parties",
        "m0063_credits_told_differently",
        "m0064_told_otherwise",
        "m0065_credits_of_departed",
        "m0066_periods_and_terms",
        "m0067_later_lines",
    ]
}

extension Target.Dependency {
    static var argumentParser: Self {
        .product(name: "ArgumentParser", package: "swift-argument-parser")
    }
    static var asn1: Self { .product(name: "SwiftASN1", package: "swift-asn1") }
    static var asyncHTTPClient: Self {
        .product(name: "AsyncHTTPClient", package: "async-http-client")
    }
    static var certificates: Self { .product(name: "X509", package: "swift-certificates") }
    static var configuration: Self {
        .product(name: "Configuration", package: "swift-configuration")
    }
    static var crypto: Self { .product(name: "Crypto", package: "swift-crypto") }
    static var cryptoExtras: Self { .product(name: "CryptoExtras", package: "swift-crypto") }
    static var httpTypes: Self { .product(name: "HTTPTypes", package: "swift-http-types") }
    static var hummingbird: Self { .product(name: "Hummingbird", package: "hummingbird") }
    static var hummingbirdCore: Self { .product(name: "HummingbirdCore", package: "hummingbird") }
    static var hummingbirdHTTP2: Self {
        .product(name: "HummingbirdHTTP2", package: "hummingbird")
    }
    static var jwtKit: Self { .product(name: "JWTKit", package: "jwt-kit") }
    static var lifecycle: Self {
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    }
    static var logging: Self { .product(name: "Logging", package: "swift-log") }
    static var nioCore: Self { .product(name: "NIOCore", package: "swift-nio") }
    static var nioHTTP1: Self { .product(name: "NIOHTTP1", package: "swift-nio") }
    static var nioHTTPTypes: Self { .product(name: "NIOHTTPTypes", package: "swift-nio-extras") }
    static var nioSSL: Self { .product(name: "NIOSSL", package: "swift-nio-ssl") }
    static var nioTLS: Self { .product(name: "NIOTLS", package: "swift-nio") }
    static var signals: Self {
        .product(name: "UnixSignals", package: "swift-service-lifecycle")
    }
    static var systemPackage: Self { .product(name: "SystemPackage", package: "swift-system") }
    static var yams: Self { .product(name: "Yams", package: "Yams") }
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
