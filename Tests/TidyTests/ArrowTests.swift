import Testing

/// Which target may import what: the arrows of `docs/architecture.md`. A new arrow is a decision,
/// so it is written here first.
@Suite struct ArrowTests {
    private static let shared: [String: Set<String>] = [
        // Rules and contracts: no service, no database, no framework.
        "API": ["FoundationEssentials"],
        "Domain": ["FoundationEssentials"],
        "Geometry": ["CGEOS", "Foundation", "FoundationEssentials", "Synchronization"] + libc,
        "ISO20022": ["API", "CLibXML2", "Crypto"] + libc,
        "Locality": ["API", "Domain", "Geometry"],
        "OpenAPIDocuments": ["COpenAPI"],
        "QRCodes": ["CQREncode", "CZlib", "Synchronization"],
        "PDF": ["CHaru"],
        // The database.
        "Postgres": [
            "CPQ", "FoundationEssentials", "Logging", "ServiceLifecycle", "Synchronization",
        ] + libc,
        "Ledger": [
            "Domain", "FoundationEssentials", "Logging", "Postgres", "ServiceLifecycle",
            "Synchronization",
        ],
        "Schema": ["Crypto", "FoundationEssentials", "Postgres"],
        // What all services are made of.
        "ServiceKit": [
            "API", "AsyncHTTPClient", "Configuration", "Crypto", "CryptoExtras", "Dispatch",
            "Domain", "Foundation", "FoundationEssentials", "HTTPTypes", "Hummingbird",
            "HummingbirdCore", "HummingbirdHTTP2", "JWTKit", "Logging", "NIOCore", "NIOHTTP1",
            "NIOHTTPTypes", "NIOSSL", "NIOTLS", "OpenAPIDocuments", "Postgres", "Schema",
            "ServiceLifecycle", "Synchronization", "SystemPackage", "UnixSignals", "Yams",
        ] + libc,
        // What runs and drives them.
        "LocalStack": [
            "AsyncHTTPClient", "Crypto", "Dispatch", "Foundation", "Logging", "NIOCore",
            "NIOHTTP1", "NIOSSL", "Postgres", "Schema", "Synchronization",
        ] + libc,
        "wijkmunt": [
            "API", "ArgumentParser", "AsyncHTTPClient", "Crypto", "Domain", "Foundation",
            "FoundationEssentials", "Geometry", "ISO20022", "Ledger", "LocalStack", "Locality",
            "Logging", "NIOCore", "NIOHTTP1", "Postgres", "QRCodes", "Schema", "Synchronization",
        ] + libc,
        // Measures them from outside, as the tests drive them.
        "Benchmarks": [
            "API", "ArgumentParser", "CLibXML2", "Domain", "Foundation", "Ledger", "LocalStack",
            "Logging", "Postgres", "ServiceKit", "TestSupport",
        ] + libc,
    ]

    private static let service: Set<String> = [
        "API", "Configuration", "Crypto", "Domain", "Foundation", "FoundationEssentials",
        "HTTPTypes", "Hummingbird", "HummingbirdCore", "JWTKit", "Ledger", "Logging", "NIOCore",
        "OpenAPIDocuments", "Postgres", "ServiceKit", "ServiceLifecycle", "Synchronization",
    ]

    private static let services: [String: Set<String>] = [
        "AccountsService": service.union(["Geometry", "ISO20022", "Locality"]),
        "WalletService": service,
        "MerchantService": service.union(["Geometry", "ISO20022", "Locality", "PDF", "QRCodes"]),
        // A directory that is watched is looked at by the calls of the system, on a queue of its own.
        "DisbursementService": service.union([
            "Dispatch", "Glibc", "ISO20022", "Locality", "PDF", "QRCodes",
        ]),
    ]

    @Test func `targets import only what their place allows`() throws {
        let allowed = Self.shared.merging(Self.services) { $1 }
        for file in Repository.files where file.path.hasSuffix(".swift") {
            guard let target = file.target, file.isSource else { continue }
            let known = try #require(allowed[target], "\(target) has no place in the table")
            for module in file.imports where !known.contains(module) {
                Issue.record("\(file.path) imports \(module)")
            }
        }
    }

    @Test func `services do not import each other`() {
        for (name, modules) in Self.services {
            #expect(modules.isDisjoint(with: Self.services.keys), "\(name)")
        }
    }

    @Test func `only the ledger writes the ledger`() {
        let writing = #/(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+ledger\./#
        for file in Repository.sources where file.text.contains(writing) {
            Issue.record("\(file.path) writes a table of the ledger")
        }
    }
}

private let libc: Set<String> = ["Darwin", "Glibc", "Musl"]

private func + (left: Set<String>, right: Set<String>) -> Set<String> { left.union(right) }
