import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt upload …`
struct UploadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Payment files in parts: a line that breaks costs one part, not the file.",
        subcommands: [
            Send.self, Resume.self, List.self, Show.self, Watch.self, Abandon.self,
        ]
    )

    struct Send: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a payment file in parts and submit it.",
            discussion: "Exits 1 when the file was refused, and shows its first findings."
        )
        @Argument(help: "The file.", completion: .file(extensions: ["xml", "csv", "json"]))
        var file: String
        @Option(help: "The programme that pays.") var programme: Identifier
        @Flag(help: "Only send it; `wijkmunt upload resume` submits it.") var hold = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createUpload)
            let sender = try UploadSender(client: session.client, path: file)
            let upload: Upload = try await session.client.call(
                .createUpload,
                path: ["programmeId": programme.description],
                body: try sender.announcement(),
                idempotencyKey: write.idempotencyKey
            )
            note("upload \(upload.id); if it stops: wijkmunt upload resume \(upload.id) \(file)")
            try await sender.send(upload)
            if hold {
                let path = ["uploadId": upload.id.description]
                return try session.output.show(
                    try await session.client.call(.getUpload, path: path, as: Upload.self)
                )
            }
            try await session.showSubmitted(try await sender.submit(upload.id, key: nil))
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send what is missing of a file, and submit it."
        )
        @Argument(help: "The upload.") var id: Identifier
        @Argument(help: "The same file.", completion: .file(extensions: ["xml", "csv", "json"]))
        var file: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .getUpload)
            let sender = try UploadSender(client: session.client, path: file)
            let upload: Upload = try await session.client.call(
                .getUpload,
                path: ["uploadId": id.description]
            )
            try sender.requireSame(as: upload)
            try await sender.send(upload)
            try await session.showSubmitted(
                try await sender.submit(id, key: write.idempotencyKey)
            )
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List your files in parts of the last day."
        )
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listUploads)
            let list: Page<Upload> = try await session.client.call(
                .listUploads,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "state", "fileName", "offset", "size", "batchId", "expiresAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how far a file in parts has come."
        )
        @Argument(help: "The upload.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getUpload)
            let upload: Upload = try await session.client.call(
                .getUpload,
                path: ["uploadId": id.description]
            )
            try session.output.show(upload)
        }
    }

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow a file in parts until it is submitted or given up."
        )
        @Argument(help: "The upload.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .streamUploadEvents)
            let line = ProgressLine()
            defer { line.end() }
            let path = ["uploadId": id.description]
            for try await event in try await session.client.events(.streamUploadEvents, path: path)
            where event.name == "upload" {
                let upload = try JSONDecoder().decode(Upload.self, from: Data(event.data.utf8))
                let size = upload.size
                line.update(
                    "arrived \(upload.offset * 100 / size) %, read \(upload.processed * 100 / size) %"
                )
            }
            let upload: Upload = try await session.client.call(.getUpload, path: path)
            line.end()
            try session.output.show(upload)
        }
    }

    struct Abandon: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a file in parts up; what has arrived of it is forgotten."
        )
        @Argument(help: "The upload.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .abandonUpload)
            let upload: Upload = try await session.client.call(
                .abandonUpload,
                path: ["uploadId": id.description],
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(upload)
        }
    }
}
