import API
import ArgumentParser
import FoundationEssentials
import Glibc
import LocalStack

/// `wijkmunt up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run everything on this machine until Ctrl-C.",
        discussion: """
            A private PostgreSQL under the directory, migrations, and every service as a process \
            of its own. What is in it stays for the next time.
            """
    )

    @OptionGroup var stack: StackOptions
    @Option(help: "The port of the accounts service; the others follow.") var firstPort = 7301
    @Flag(help: "Show the services' logs here as well.") var logs = false

    func validate() throws {
        guard (1...65_532).contains(firstPort) else {
            throw ValidationError("--first-port is a port with three more behind it.")
        }
    }

    func run() async throws {
        var options = LocalStack.Options(directory: stack.directory, firstPort: firstPort)
        options.logs = logs ? .fileAndStandardError : .file
        let running = try LocalStackProblem.explained { try LocalStack(options) }
        let signals = StopSignals.stream()
        let problem = await withTaskGroup(of: String?.self) { group in
            group.addTask { await serve(running) }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        note("stopping")
        await running.stop()
        if let problem { throw CommandFailure(problem) }
    }

    /// Runs until the task is cancelled; what went wrong is the answer.
    private func serve(_ running: LocalStack) async -> String? {
        do {
            try await running.start { note($0) }
            let urls = try ServiceURLs(await running.urls)
            let store = ProfileStore(directory: running.directory.profiles)
            try store.installOperator(urls, keyFile: running.directory.operatorKeyFile)
            let isInUse = try store.all().count > 1
            print(Welcome(urls: urls, directory: running.directory, isInUse: isInUse).text)
            // Into a pipe nothing would be seen before the end.
            fflush(nil)
            return await running.firstUnexpectedExit()
        } catch is CancellationError {
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension ServiceURLs {
    /// The addresses of a running stack; throws when a service has none.
    init(_ urls: [ServiceName: String]) throws {
        guard let accounts = urls[.accounts], let wallet = urls[.wallet],
            let merchant = urls[.merchant], let disbursement = urls[.disbursement]
        else { throw CommandFailure("not all services are running") }
        self.init(
            accounts: accounts,
            wallet: wallet,
            merchant: merchant,
            disbursement: disbursement
        )
    }

    /// With the names of the services, in their order.
    var named: [(name: String, url: String)] {
        [
            ("accounts", accounts), ("wallet", wallet), ("merchant", merchant),
            ("disbursement", disbursement),
        ]
    }
}

extension ProfileStore {
    /// Writes the operator's profile, and the addresses into those that are there: an
    /// installation may come up on other ports.
    func installOperator(_ urls: ServiceURLs, keyFile: String) throws {
        for named in try all() where named.profile.urls != urls {
            var profile = named.profile
            profile.urls = urls
            try save(profile, key: try key(of: named), as: named.name)
        }
        let profile = Profile(
            kind: .operator,
            clientId: Profile.operatorClientId,
            keyFile: "",
            urls: urls,
            createdAt: .now
        )
        try save(
            profile,
            key: try SigningKey(pem: try SecretFile.read(keyFile)),
            as: "operator"
        )
    }
}

extension Profile {
    /// The operator is the one client that exists before anything was registered.
    static let operatorClientId: Identifier = "00000000-0000-7000-8000-000000000001"
}

/// Errors of the local stack are sentences for the person at the keyboard.
enum LocalStackProblem {
    static func explained<T>(_ work: () throws -> T) throws -> T {
        do {
            return try work()
        } catch let error as LocalStackError {
            throw CommandFailure(error.description)
        }
    }
}
