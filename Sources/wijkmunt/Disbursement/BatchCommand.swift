import API
import ArgumentParser
import NIOCore

/// `wijkmunt batch …`
struct BatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Payment files and what became of them.",
        subcommands: [
            Submit.self, List.self, Show.self, Instructions.self, Findings.self, Approve.self,
            Cancel.self, Watch.self, Report.self,
        ]
    )

    struct Submit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand in a payment file (pain.001.001.03 or .09)."
        )
        @Argument(help: "The file.", completion: .file(extensions: ["xml"])) var file: String
        @Option(help: "The programme that pays.") var programme: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .submitBatch)
            let line = ProgressLine()
            var file = try UploadFile(path: file)
            let size = file.size
            if size > 1_048_576 {
                file = try UploadFile(path: file.path) { sent in
                    line.update("sent \(sent * 100 / max(1, size)) % of \(size) bytes")
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
            if answer.header("Wijkmunt-Duplicate") == "true" {
                note("this file was handed in before; nothing new was made")
            }
            let batch = try answer.decode(Batch.self)
            if batch.findingCount > 0 {
                note("\(batch.findingCount) findings: wijkmunt batch findings \(batch.id)")
            }
            try session.output.show(batch)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List batches.")
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBatches)
            let list: Page<Batch> = try await session.client.call(
                .listBatches,
                query: page.query + [("programmeId", programme?.description)]
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
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listInstructions)
            let list: Page<Instruction> = try await session.client.call(
                .listInstructions,
                path: ["batchId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "line", "creditorName", "creditorMasked", "amount", "state", "resolution",
                ]
            )
        }
    }

    struct Findings: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is wrong with a file, or worth knowing."
        )
        @Argument(help: "The batch.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listFindings)
            let list: Page<API.Finding> = try await session.client.call(
                .listFindings,
                path: ["batchId": id.description],
                query: page.query
            )
            try session.output.show(list, columns: ["severity", "line", "code", "text", "path"])
        }
    }
}
