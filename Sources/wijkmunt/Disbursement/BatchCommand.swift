import API
import ArgumentParser
import NIOCore

/// `wijkmunt batch …`
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Payment files and what became of them.",
        subcommands: [
            Submit.self, List.self, Show.self, Instructions.self, Find.self, Findings.self,
            Approve.self, Decide.self, Decisions.self, Retry.self, Cancel.self, CancelLines.self,
            ReturnLines.self, Release.self, RecallLines.self,
            Watch.self, Letters.self,
            Report.self, Credits.self,
        ]
    )

    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand in a payment file (pain.001.001.03 or .09; a list as .csv or .json).",
            discussion: "Exits 1 when the file was refused, and shows its first findings."
        )
        @Argument(help: "The file.", completion: .file(extensions: ["xml", "csv", "json"]))
        var file: String
        @Option(help: "The programme that pays.") var programme: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .submitBatch)
            let line = ProgressLine()
            var file = try UploadFile(path: file)
            let size = file.size
            if size > 1_048_576 {
                file.progress = { sent in
                    line.update("sent \(sent * 100 / size) % of \(size) bytes")
                }
            }
            let answer = try await session.client.answer(
                .submitBatch,
                path: ["programmeId": programme.description],
                query: [("fileName", file.name)],
                body: .xmlFile(file),
                idempotencyKey: write.idempotencyKey,
                timeout: .minutes(15)
            )
            line.end()
            try await session.showSubmitted(answer)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List batches.")
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @Option(help: "Only those in this state; validated ones wait for approval.")
        var state: BatchState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBatches)
            let list: Page<Batch> = try await session.client.call(
                .listBatches,
                query: page.query + [
                    ("programmeId", programme?.description), ("state", state?.rawValue),
                ]
            )
            try session.output.show(
                list,
                columns: ["id", "state", "messageId", "count", "total", "submittedAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a batch.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getBatch)
            let batch: Batch = try await session.client.call(
                .getBatch,
                path: ["batchId": id.description]
            )
            try session.output.show(batch)
        }
    }

    struct Instructions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the credit lines of a batch, in the order of the file."
        )
        @Argument(help: "The batch.") var id: Identifier
        @Option(help: "Only those in this state, such as parked or failed.")
        var state: InstructionState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listInstructions)
            let list: Page<Instruction> = try await session.client.call(
                .listInstructions,
                path: ["batchId": id.description],
                query: page.query + [("state", state?.rawValue)]
            )
            try session.output.show(
                list,
                columns: [
                    "line", "creditorName", "creditorMasked", "amount", "state", "resolution",
                    "grantId",
                ]
            )
        }
    }
}

extension BatchState: ExpressibleByArgument {}
