import Foundation
import LocalStack
import TestSupport
import Testing

/// The command line as a developer runs it.
@Suite struct CommandLineTests {
    private static let program = PackageRoot.path(
        (ProcessInfo.processInfo.environment["WIJKMUNT_BUILD_DIRECTORY"] ?? ".build/debug")
            + "/wijkmunt"
    )

    private func run(_ arguments: String...) async throws -> FinishedProgram {
        try await run(program: Self.program, arguments)
    }

    private func run(program: String, _ arguments: [String]) async throws -> FinishedProgram {
        try await Command(
            program: program,
            arguments: arguments,
            directory: PackageRoot.directory.path
        ).run()
    }

    private struct Checked: Decodable {
        struct Finding: Decodable {
            let level, path, code, text: String
            let line: Int?
        }
        let file, verdict: String
        let messageType: String?
        let transactions: Int
        let controlSum: String
        let findings: [Finding]
    }

    @Test func `the demonstration tells the whole story, twice`() async throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "wijkmunt-demo-\(UUID().uuidString.prefix(8))").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for _ in 1...2 {
            let run = try await run("demo", "--directory", directory)
            #expect(run.status == .exited(0), "\(run.errors)")
            for part in [
                "10 lines", "nobody is paid twice", "payer-outside-geofence", "No drift",
                "lands in the new wallet", "bank file",
            ] {
                #expect(run.output.contains(part), "the story lacks: \(part)")
            }
        }
    }

    @Test func `a good and a bad payment file are told apart offline`() async throws {
        let good = PackageRoot.path("docs/examples/benefits-2026-11.xml")
        let bad = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
        let text = try String(contentsOfFile: good, encoding: .utf8)
        try text.replacing("<NbOfTxs>10</NbOfTxs>", with: "<NbOfTxs>11</NbOfTxs>")
            .write(to: bad, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: bad) }

        let fine = try await run("iso20022", "check", good, "--output", "json")
        #expect(fine.status == .exited(0))
        let both = try await run("iso20022", "check", good, bad.path, "--output", "json")
        #expect(both.status == .exited(1))
        let checked = try JSONDecoder().decode([Checked].self, from: Data(both.output.utf8))
        #expect(checked.map(\.verdict) == ["acceptable", "refused"])
        #expect(checked[0].transactions == 10 && checked[0].controlSum == "978.59")
        #expect(checked[1].findings.map(\.code).contains("AM19"))
        #expect(try await run("iso20022", "check").status == .exited(2))
    }

    @Test func `memory does not grow with the file`() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).xml")
        defer { try? FileManager.default.removeItem(at: file) }
        let credits = (0..<70_000).map {
            TestCredit("Naam \($0)", TestIBAN.number($0), "1.00")
        }
        let text = TestPaymentFile.xml(credits)
        try text.write(to: file, atomically: true, encoding: .utf8)
        // Half of what the file alone would take, for everything that the program allocates.
        let limit = 20_000_000
        #expect(text.utf8.count > 2 * limit)
        let run = try await run(
            program: "/usr/bin/prlimit",
            [
                "--data=\(limit)", Self.program, "iso20022", "check", file.path, "--output",
                "json",
            ]
        )
        let checked = try JSONDecoder().decode([Checked].self, from: Data(run.output.utf8))
        #expect(run.status == .exited(0) && checked[0].transactions == 70_000)
        #expect(checked[0].controlSum == "70000.00")
    }

    @Test func `points are held against a geofence offline`() async throws {
        let run = try await run(
            "geofence",
            "check",
            PackageRoot.path("docs/examples/neighbourhood.geojson"),
            "--points",
            PackageRoot.path("docs/examples/points.csv")
        )
        #expect(run.status == .exited(0))
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "line,verdict,signedDistanceMetres")
        #expect(lines.contains { $0.contains(",inside,") })
        #expect(lines.contains { $0.contains(",outside,-") })
    }

    @Test(
        .enabled(
            if: PackageRoot.hasSharedData,
            "skipped: the shared test data does not stand beside this checkout"
        )
    )
    func `every known point agrees, feature by feature`() async throws {
        let data = try #require(PackageRoot.sharedData)
        let cases = try String(
            contentsOf: data.appending(path: "geo/cases.csv"),
            encoding: .utf8
        ).split(whereSeparator: \.isNewline).dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }.filter { $0[11] == "valid" }
        let groups = Dictionary(grouping: cases) { "\($0[1])#\($0[2])" }
        let points = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
        defer { try? FileManager.default.removeItem(at: points) }
        for (_, group) in groups.sorted(by: { $0.key < $1.key }).prefix(12) {
            let text = "lon,lat\n" + group.map { "\($0[4]),\($0[5])\n" }.joined()
            try text.write(to: points, atomically: true, encoding: .utf8)
            let run = try await run(
                "geofence",
                "check",
                data.appending(path: "geo/\(group[0][1])").path,
                "--feature",
                group[0][2],
                "--points",
                points.path
            )
            #expect(run.status == .exited(0), "\(run.errors)")
            let verdicts = run.output.split(separator: "\n").dropFirst().map {
                String($0.split(separator: ",")[1])
            }
            let expected = group.map { row in
                row[7] == "in" ? "inside" : row[7] == "out" ? "outside" : "boundary"
            }
            #expect(verdicts == expected)
        }
    }

    private struct Described: Decodable {
        let commandName: String
        let subcommands: [Described]?

        /// How to call every command in it.
        func paths(below parent: [String] = []) -> [[String]] {
            let own = parent + [commandName]
            return [own] + (subcommands ?? []).flatMap { $0.paths(below: own) }
        }
    }

    private struct Description: Decodable {
        let command: Described
    }

    // Options that clash are found when a command is parsed, and not before.
    @Test func `every command explains itself`() async throws {
        let dump = try await run("--experimental-dump-help")
        let paths = try JSONDecoder().decode(Description.self, from: Data(dump.output.utf8))
            .command.paths().map { $0.dropFirst() }.filter { !$0.contains("help") }
        #expect(paths.count > 150)
        for path in paths {
            let help = try await run(program: Self.program, path + ["--help"])
            #expect(help.status == .exited(0), "\(path): \(help.errors)")
        }
    }

    @Test func `help, versions and completions are there`() async throws {
        #expect(try await run("--help").status == .exited(0))
        #expect(try await run("--generate-completion-script", "bash").output.contains("wijkmunt"))
        #expect(try await run("no-such-command").status != .exited(0))
    }
}
