import API
import ArgumentParser

/// `wijkmunt locality …`
struct LocalityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locality",
        abstract: "Why a place was refused, and the keys that verify verdicts.",
        subcommands: [Reasons.self, Keys.self]
    )

    struct Reasons: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List every reason, in English; -o json has the Dutch texts as well."
        )
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let reasons: LocalityReasons = try await ServiceClient(urls: session.urls())
                .call(.getLocalityReasons)
            switch session.output {
            case .json: try session.output.show(reasons)
            case .table:
                var table = TextTable(["code", "meaning"])
                table.rows = reasons.reasons.map { [$0.code, $0.texts.en] }
                print(table.description)
            }
        }
    }

    struct Keys: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the key set that verifies verdicts, to keep beside them."
        )
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let keys: KeySet = try await ServiceClient(urls: session.urls()).call(.getVerdictKeys)
            print(try OutputFormat.json(keys))
        }
    }
}

extension PaymentCommand {
    struct Verdict: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the signed verdict of a payment's place; keep it with -o json."
        )
        @Argument(help: "The payment.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getLocalityVerdict)
            let verdict: SignedVerdict = try await session.client.call(
                .getLocalityVerdict,
                path: ["paymentId": id.description]
            )
            try session.output.show(verdict)
        }
    }
}
