import API
import ArgumentParser

extension PersonCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write everything that is held about a resident, as JSON or as a page."
        )
        @Argument(help: "The resident.") var id: Identifier
        @Flag(help: "A page of HTML to print.") var page = false
        @Option(help: "The file to write; standard output by default.", completion: .file())
        var to: String?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let operation: API.Operation = page ? .getPersonExportPage : .getPersonExport
            let session = try self.session.open(for: operation)
            let answer = try await session.client.answer(
                operation,
                path: ["personId": id.description]
            )
            try answer.deliver(to: to)
        }
    }

    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Erase a resident for ever; the books stay."
        )
        @Argument(help: "The resident.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .erasePerson)
            let erasure: PersonErasure = try await session.client.call(
                .erasePerson,
                path: ["personId": id.description],
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(erasure)
        }
    }
}
