import API
import ArgumentParser

extension BatchCommand {
    /// `wijkmunt batch letters …`
    struct Letters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make letters with activation codes for those whose coins wait in a batch.",
            discussion: """
                At most 250 at once: call again until none is due. A letter is nowhere but in the \
                answer; when it is lost, --line makes it anew, and the former is void.
                """
        )
        @Argument(help: "The batch.") var id: Identifier
        @Flag(help: "As text instead of pages (PDF).") var text = false
        @Option(help: "The language of the letters: nl or en.")
        var language: LetterLanguage = .nl
        @Option(help: "Only the letter of this line, anew.") var line: Int?
        @Option(help: "Write to this file.", completion: .file()) var to: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let operation: API.Operation = text ? .createLetterTexts : .createLetters
            guard text || to != nil else {
                throw ValidationError("pages go into a file: name it with --to")
            }
            let session = try self.session.open(for: operation)
            let answer = try await session.client.answer(
                operation,
                path: ["batchId": id.description],
                query: [("language", language.rawValue), ("line", line.map(String.init))],
                idempotencyKey: write.idempotencyKey
            )
            try answer.deliver(to: to)
        }
    }
}
