import API
import ArgumentParser

extension BatchCommand {
    /// `wijkmunt batch recall-lines …`
    struct RecallLines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Announce that what is left of credited lines will be taken back.",
            discussion: """
                Each receiver is told, and can spend and object until the waiting period of the \
                programme is over. Lines that cannot be recalled are listed with why. With --all \
                a thousand lines go at a time; call again after a break, and those that are \
                being recalled already are left alone.
                """
        )
        @Argument(help: "The batch.") var id: Identifier
        @Argument(help: "The numbers of the lines, as \"batch instructions\" shows them.")
        var lines: [Int] = []
        @Flag(help: "All lines that are credited.") var all = false
        @Option(help: "Why, for the receivers.") var reason: String
        @Option(help: "At most so much of each, such as 20.00; all that is left by default.")
        var amount: String?
        @OptionGroup var coin: CoinOptions
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func validate() throws {
            guard all == lines.isEmpty else {
                throw ValidationError("say either which lines or --all")
            }
            if all, write.idempotencyKey != nil {
                throw ValidationError("--idempotency-key goes with the numbers of lines")
            }
        }

        func run() async throws {
            let session = try self.session.open(for: .recallLines)
            var creation = LineRecallCreation(lines: lines, reason: reason)
            if let amount {
                creation.amount = try await coin.resolve(session).amount(amount)
            }
            let sets = all ? try await creditedLines(session) : [lines]
            for set in sets {
                creation.lines = set
                let recalls: LineRecalls = try await session.client.call(
                    .recallLines,
                    path: ["batchId": id.description],
                    body: creation,
                    idempotencyKey: write.idempotencyKey
                )
                try show(recalls, session.output)
            }
            if sets.isEmpty { note("no line of the batch is credited") }
        }

        /// The numbers of all credited lines, a thousand at a time.
        private func creditedLines(_ session: Session) async throws -> [[Int]] {
            var sets: [[Int]] = []
            var cursor: String?
            repeat {
                let page: Page<Instruction> = try await session.client.call(
                    .listInstructions,
                    path: ["batchId": id.description],
                    query: [
                        ("state", InstructionState.credited.rawValue), ("limit", "250"),
                        ("cursor", cursor),
                    ]
                )
                let numbers = page.items.map(\.line)
                if let last = sets.last, last.count + numbers.count <= 1000 {
                    sets[sets.count - 1] += numbers
                } else if !numbers.isEmpty {
                    sets.append(numbers)
                }
                cursor = page.next
            } while cursor != nil
            return sets
        }

        private func show(_ recalls: LineRecalls, _ output: OutputFormat) throws {
            guard case .table = output else { return try output.show(recalls) }
            output.showTable(recalls.recalled, columns: ["line", "left", "recallId", "grantId"])
            guard !recalls.unrecalled.isEmpty else { return }
            output.showTable(recalls.unrecalled, columns: ["line", "reason"])
        }
    }
}
