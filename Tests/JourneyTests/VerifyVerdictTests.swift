import API
import Domain
import Foundation
import LocalStack
import TestSupport
import Testing

/// Verdicts as an auditor verifies them: with files and without any service.
@Suite struct VerifyVerdictTests {
    /// How the payer pays.
    private enum Way {
        case approval
        case payerCode
    }

    /// What an auditor is given, and what the payer can disclose: claim and salt, or a place.
    private struct Evidence {
        let folder: URL
        var claim = ""
        var salt = ""
        var place: [UInt8] = []

        func path(_ name: String) -> String { folder.appending(path: name).path }

        func write(_ text: String, to name: String) throws {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
    }

    @Test func `a verdict is verified and judged again offline, with the claim and without`()
        async throws
    {
        let evidence = try await collect()
        defer { try? FileManager.default.removeItem(at: evidence.folder) }
        let hidden = try await verify(evidence)
        #expect(hidden.status == .exited(0), "\(hidden.errors)")
        #expect(hidden.output.contains("not known any more"))
        let disclosed = try await verify(
            evidence,
            ["--claim", evidence.claim, "--salt", evidence.salt]
        )
        #expect(disclosed.status == .exited(0), "\(disclosed.errors)")
        #expect(!disclosed.output.contains("not known any more"))
        // Twice, once for the programme.
        #expect(disclosed.output.components(separatedBy: "payerInGeofence").count == 3)
        #expect(disclosed.output.contains("the answer is the same"))
    }

    @Test func `nothing else than what was signed and in force is believed`() async throws {
        let evidence = try await collect()
        defer { try? FileManager.default.removeItem(at: evidence.folder) }
        let signed = try String(contentsOfFile: evidence.path("verdict.json"), encoding: .utf8)
        try evidence.write(
            signed.replacing("\"outcome\":\"accepted\"", with: "\"outcome\":\"refused\""),
            to: "changed.json"
        )
        let changed = try await verify(evidence, verdict: "changed.json")
        #expect(changed.status == .exited(1) && changed.errors.contains("something else"))
        let keys = try await verify(evidence, keys: "token-keys.json")
        #expect(keys.status == .exited(1) && keys.errors.contains("signature"))
        let area = try await verify(evidence, area: "later.geojson")
        #expect(area.status == .exited(1) && area.errors.contains("wijk version 1"))
        let policy = try await verify(evidence, policy: "later-policy.json")
        #expect(policy.status == .exited(1) && policy.errors.contains("version"))
        let programme = try await verify(evidence, programmes: nil)
        #expect(programme.status == .exited(1) && programme.errors.contains("--programme-policy"))
        let salt = String(evidence.salt.reversed())
        let claim = try await verify(evidence, ["--claim", evidence.claim, "--salt", salt])
        #expect(claim.status == .exited(1) && claim.errors.contains("another claim"))
        #expect(try await verify(evidence, ["--claim", "e30"]).status == .exited(2))
    }

    @Test func `the place in a payer's code is disclosed, and judged again`() async throws {
        let evidence = try await collect(.payerCode)
        defer { try? FileManager.default.removeItem(at: evidence.folder) }
        let hidden = try await verify(evidence)
        #expect(hidden.status == .exited(0), "\(hidden.errors)")
        #expect(hidden.output.contains("not known any more"))
        let place = Self.base64URL(evidence.place)
        let disclosed = try await verify(evidence, ["--place", place])
        #expect(disclosed.status == .exited(0), "\(disclosed.errors)")
        #expect(!disclosed.output.contains("not known any more"))
        #expect(disclosed.output.components(separatedBy: "payerInGeofence").count == 3)

        // Another salt, another latitude, and what is no place at all.
        for index in [0, 20] {
            var bytes = evidence.place
            bytes[index] ^= 1
            let other = try await verify(evidence, ["--place", Self.base64URL(bytes)])
            #expect(other.status == .exited(1) && other.errors.contains("another place"))
        }
        let short = try await verify(evidence, ["--place", String(place.dropLast(2))])
        #expect(short.status == .exited(1) && short.errors.contains("payer's code"))
        let both = ["--place", place, "--claim", "e30", "--salt", "AAAA"]
        #expect(try await verify(evidence, both).status == .exited(2))
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private func verify(
        _ evidence: Evidence,
        _ more: [String] = [],
        verdict: String = "verdict.json",
        keys: String = "keys.json",
        policy: String = "policies.json",
        area: String = "area.geojson",
        programmes: String? = "programme.json"
    ) async throws -> FinishedProgram {
        let folder = ProcessInfo.processInfo.environment["WIJKMUNT_BUILD_DIRECTORY"]
        return try await Command(
            program: PackageRoot.path((folder ?? ".build/debug") + "/wijkmunt"),
            arguments: [
                "verify-verdict", evidence.path(verdict), "--keys", evidence.path(keys),
                "--policy", evidence.path(policy), "--area", evidence.path(area),
            ] + (programmes.map { ["--programme-policy", evidence.path($0)] } ?? []) + more,
            directory: PackageRoot.directory.path
        ).run()
    }

    /// Pays, and then changes the policy and the area.
    private func collect(_ way: Way = .approval) async throws -> Evidence {
        let community = try await TestCommunity.make(
            rules: Neighbourhood.rules + [.terminalChallenge(maxAgeSeconds: 110)]
        )
        let shop = try await community.openShop()
        let programme = try await community.fundedProgramme()
        let resident = try await community.resident(with: [(programme, "5.00")])
        let stricter = try await community.clerk.call(
            .setProgrammeLocalityPolicy,
            ["programmeId": "\(programme.id)"],
            body: LocalityPolicySetting(
                geofence: "wijk",
                rules: [.payerInGeofence(mode: .centre), .terminalChallenge(maxAgeSeconds: 100)]
            )
        )
        let payment = try await shop.request("1.00")
        let path = ["paymentId": "\(payment.id)"]
        var evidence = Evidence(
            folder: FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
        )
        switch way {
        case .approval:
            let acceptance = try resident.acceptance(of: payment)
            let paid = try await resident.phone.call(.acceptPayment, path, body: acceptance)
            #expect(paid.status == 201)
            evidence.claim = try #require(acceptance.positionClaim)
            evidence.salt = try #require(acceptance.salt)
        case .payerCode:
            let code = try resident.payerCode()
            #expect(try await shop.charge(payment, code).status == 201)
            evidence.place = try #require(PayerCode(text: code)?.place).bytes
        }
        try FileManager.default.createDirectory(
            at: evidence.folder,
            withIntermediateDirectories: true
        )
        try evidence.write(stricter.text, to: "programme.json")
        let administrator = community.administrator
        func area() async throws -> String {
            let geofences = try await administrator.call(.listGeofences)
                .decode(Page<Geofence>.self).items
            let newest = try #require(geofences.max { $0.version < $1.version })
            return try await administrator.call(
                .getGeofenceArea,
                ["geofenceId": "\(newest.id)"]
            ).text
        }
        try evidence.write(try await area(), to: "area.geojson")
        _ = try await administrator.call(
            .importGeofence,
            body: GeofenceImport(name: "wijk", geoJson: Neighbourhood.geoJSON)
        ).decode(Geofence.self)
        try evidence.write(try await area(), to: "later.geojson")
        let later = try await administrator.call(
            .setLocalityPolicy,
            ["coinCode": TestCommunity.coin],
            body: LocalityPolicySetting(rules: [.borderless])
        )
        try evidence.write(later.text, to: "later-policy.json")
        let policies = try await administrator.call(
            .listLocalityPolicies,
            ["coinCode": TestCommunity.coin]
        )
        try evidence.write(policies.text, to: "policies.json")
        let keys = try await shop.till.call(.getVerdictKeys)
        try evidence.write(keys.text, to: "keys.json")
        try evidence.write(try await shop.till.call(.getKeySet).text, to: "token-keys.json")
        let verdict = try await shop.owner.call(.getLocalityVerdict, path)
        try evidence.write(verdict.text, to: "verdict.json")
        return evidence
    }
}
