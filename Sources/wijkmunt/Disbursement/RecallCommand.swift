import API
import ArgumentParser

/// `wijkmunt recall …`
struct RecallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recall",
        abstract: "Unspent money that is taken back; announced with `wijkmunt grant recall`.",
        subcommands: [
            List.self, Show.self, Letter.self, Letters.self, Object.self, Decide.self,
            Withdraw.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List recalls.")
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @Option(help: "Only those in this state.") var state: RecallState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listRecalls)
            let list: Page<Recall> = try await session.client.call(
                .listRecalls,
                query: page.query + [
                    ("programmeId", programme?.description), ("state", state?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "state", "programmeName", "amount", "dueAt", "taken"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a recall.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getRecall)
            let recall: Recall = try await session.client.call(
                .getRecall,
                path: ["recallId": id.description]
            )
            try session.output.show(recall)
        }
    }

    struct Object: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Object to a recall: your own, or as a clerk with a letter."
        )
        @Argument(help: "The recall.") var id: Identifier
        @Option(help: "The objection.") var text: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .objectToRecall)
            let recall: Recall = try await session.client.call(
                .objectToRecall,
                path: ["recallId": id.description],
                body: RecallObjection(text: text),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(recall)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decide an objection: the recall goes on, or with --uphold it ends."
        )
        @Argument(help: "The recall.") var id: Identifier
        @Flag(help: "The objection is right; nothing is taken.") var uphold = false
        @Option(help: "Why, for the receiver.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideRecall)
            let recall: Recall = try await session.client.call(
                .decideRecall,
                path: ["recallId": id.description],
                body: RecallDecision(upheld: uphold, reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(recall)
        }
    }

    struct Withdraw: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Withdraw a recall: nothing is taken."
        )
        @Argument(help: "The recall.") var id: Identifier
        @Option(help: "Why, for the receiver.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .withdrawRecall)
            let recall: Recall = try await session.client.call(
                .withdrawRecall,
                path: ["recallId": id.description],
                body: RecallWithdrawal(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(recall)
        }
    }
}

extension RecallState: ExpressibleByArgument {}
