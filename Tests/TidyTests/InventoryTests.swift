import Testing
import Yams

/// Lists that have to say the same in several places.
@Suite struct InventoryTests {
    private static let manifest = Repository.file("Package.swift").text

    /// The executables that an installation is made of; the benchmarks and the soak
    /// only drive one.
    private static let products = manifest.matches(of: #/\.executable\(name: "([^"]+)"/#)
        .map { String($0.1) }
        .filter { !["wijkmunt-benchmarks", "wijkmunt-soak"].contains($0) }

    @Test func `the migrations are the same in the manifest, the code and the folder`() throws {
        let folder = Repository.names(in: "Sources/Schema/Migrations")
            .filter { $0.hasSuffix(".sql") }.map { String($0.dropLast(".sql".count)) }
        let code = Repository.file("Sources/Schema/Migrations.swift").text
            .matches(of: #/\(\s*"(m\d{4}_\w+)",\s*PackageResources\.(\w+)_sql\s*\)/#)
        let list = try #require(
            Self.manifest.firstMatch(of: #/var migrations: \[String\] \{\s*\[([^\]]*)\]/#)
        )
        let manifest = list.1.matches(of: #/"(m\d{4}_\w+)"/#).map { String($0.1) }

        #expect(!folder.isEmpty)
        #expect(code.map { String($0.1) } == folder)
        #expect(code.map { String($0.2) } == folder)
        #expect(manifest == folder)
        #expect(Self.manifest.contains("resources: migrations.map {"), "not all are embedded")
    }

    @Test func `the migrations are numbered without gaps`() {
        let names = Repository.names(in: "Sources/Schema/Migrations")
        for (index, name) in names.enumerated() {
            let number = String(index + 1)
            let digits = String(repeating: "0", count: 4 - number.count) + number
            #expect(name.hasPrefix("m\(digits)_"), "\(name)")
        }
    }

    @Test func `every program has an image and a place in compose`() throws {
        let composed = try Compose().services.compactMap(\.value.program)
        let dockerfile = Repository.file("docker/Dockerfile").text
        let choice = try #require(dockerfile.firstMatch(of: #/\n\s+(wijkmunt[^\s)]*)\) ;;/#))
        let accepted = choice.1.split(separator: "|").map(String.init)

        #expect(Self.products.count == 5)
        #expect(Set(accepted) == Set(Self.products))
        #expect(accepted.count == Self.products.count)
        #expect(composed.sorted() == Self.products.sorted())
    }

    @Test func `services in compose wait for the migrations and tell how they are`() throws {
        for (name, service) in try Compose().services
        where service.program?.hasPrefix("wijkmunt-") == true {
            #expect(service.program == "wijkmunt-\(name)")
            #expect(service.waitsFor == ["migrate"], "\(name)")
            #expect(service.hasHealthCheck, "\(name)")
            #expect(service.environment["DATABASE_USER"] == "wijkmunt_\(name)")
        }
    }

    @Test func `no secret stands in compose`() throws {
        for (name, service) in try Compose().services {
            for (key, value) in service.environment
            where key.contains("PASSWORD") || key.contains("KEY_FILE") {
                #expect(value.hasPrefix("/run/secrets/"), "\(name): \(key)")
                let secret = String(value.dropFirst("/run/secrets/".count))
                #expect(service.secrets.contains(secret), "\(name) is not given \(secret)")
            }
        }
    }

    @Test func `what an image copies is sent to whoever builds it`() {
        let sent = Repository.file(".dockerignore").lines.compactMap { line in
            line.hasPrefix("!") ? String(line.dropFirst()) : nil
        }
        let copied = Repository.file("docker/Dockerfile").lines
            .filter { $0.hasPrefix("COPY ") && !$0.contains("--from=") }
            .flatMap { $0.split(separator: " ").dropFirst().dropLast().map(String.init) }
        #expect(!copied.isEmpty)
        #expect(Set(copied) == Set(sent))
    }

    @Test func `images run as an ordinary user`() {
        let lines = Repository.file("docker/Dockerfile").lines
        #expect(lines.last { $0.hasPrefix("USER ") } == "USER 10001:10001")
    }

    @Test func `all packages that the system libraries name are asked for`() {
        let requirements = Repository.file("scripts/requirements").text
        for package in Self.manifest.matches(of: #/\.apt\(\["([^"]+)"\]\)/#).map(\.1) {
            #expect(requirements.contains(package), "\(package)")
        }
    }
}

/// `docker/compose.yaml`, as far as it is compared.
private struct Compose {
    struct Service {
        let program: String?
        let waitsFor: [String]
        let hasHealthCheck: Bool
        let environment: [String: String]
        let secrets: [String]
    }

    let services: [String: Service]

    init() throws {
        let text = Repository.file("docker/compose.yaml").text
        let root = try #require(try Yams.load(yaml: text) as? [String: Any])
        let services = try #require(root["services"] as? [String: [String: Any]])
        self.services = services.mapValues { service in
            let build = service["build"] as? [String: Any]
            return Service(
                program: (build?["args"] as? [String: String])?["SERVICE"],
                waitsFor: (service["depends_on"] as? [String: Any]).map { Array($0.keys) } ?? [],
                hasHealthCheck: service["healthcheck"] != nil,
                environment: service["environment"] as? [String: String] ?? [:],
                secrets: service["secrets"] as? [String] ?? []
            )
        }
    }
}
