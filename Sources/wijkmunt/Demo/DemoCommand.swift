import API
import ArgumentParser
import Ledger
import LocalStack

/// `wijkmunt demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play the main job from funding to settlement, and verify the books.",
        discussion: """
            Starts an installation of its own, on free ports, and stops it at the end. Every step \
            goes through the public HTTP APIs. Runs add up: each makes a community of its own. \
            Exits 1 at the first thing that is not as told.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "Where neighbourhood.geojson and benefits-2026-11.xml are.")
    var examples = "docs/examples"
    @Option(help: "The schema pain.001.001.09.xsd, to hold the bank file against.")
    var xsd: String?

    func run() async throws {
        let schema = try BankDocument.schema(given: xsd)
        let file = try BenefitsFile(path: "\(examples)/benefits-2026-11.xml")
        let options = LocalStack.Options(directory: "\(stack.directory)/demo")
        let running = try LocalStackProblem.explained { try LocalStack(options) }
        let signals = StopSignals.stream()
        let outcome = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask {
                do {
                    try await running.start { note($0) }
                    try await play(on: running, file: file, schema: schema)
                    return .success(())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in signals { break }
                return .failure(CommandFailure("interrupted"))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .success(())
        }
        await running.stop()
        do {
            try outcome.get()
        } catch {
            throw CommandFailure("\(error)\n  Logs are in \(running.directory.logs).")
        }
        print("\nEverything was as told. It is all in \(running.directory.path); run it again.")
    }

    private func play(
        on running: LocalStack,
        file: BenefitsFile,
        schema: String?
    ) async throws {
        let story = Story()
        let urls = try ServiceURLs(await running.urls)
        let key = try SigningKey(pem: try SecretFile.read(running.directory.operatorKeyFile))
        let founding = FoundingChapter(
            story: story,
            urls: urls,
            operator: ServiceClient(urls: urls, clientId: Profile.operatorClientId, key: key),
            geofenceFile: "\(examples)/neighbourhood.geojson"
        )
        let town = try await founding.play()
        let residents = try await PayingOutChapter(town: town, file: file).play()
        let keeper = try await SpendingChapter(town: town, residents: residents).play()
        let left = try await CashingInChapter(town: town, keeper: keeper, schema: schema).play()
        try await showBalances(residents, of: town, circulation: left)
        try await verifyBooks(of: running, story)
    }

    private func showBalances(
        _ residents: [Resident],
        of town: Town,
        circulation: String
    ) async throws {
        town.story.chapter("Where the coins are")
        var table = TextTable(["who", "available"])
        for resident in residents {
            table.rows.append([resident.name, try await resident.available()])
        }
        town.story.table(table)
        try await town.requireBooks(circulation: circulation)
    }

    private func verifyBooks(of running: LocalStack, _ story: Story) async throws {
        story.chapter("The books, derived again from every posting of every run")
        let report = try await LedgerBooks.audit(configFile: running.directory.auditConfigFile)
        story.say(LedgerBooks.text(report))
        try story.require(report.isSound, "the books agree")
    }
}
