import API
import ArgumentParser
import NIOCore

extension SettlementCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import an answer of the bank: pain.002, camt.053 or camt.054.",
            discussion: "Settles or returns each payment. The same file twice changes nothing."
        )
        @Argument(help: "The file.", completion: .file(extensions: ["xml"])) var file: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .importBankAnswer)
            let answer = try await session.client.answer(
                .importBankAnswer,
                body: .xmlFile(try UploadFile(path: file)),
                idempotencyKey: write.idempotencyKey,
                timeout: .minutes(5)
            )
            if answer.header("Wijkmunt-Duplicate") == "true" {
                note("this file was imported before; nothing has changed")
            }
            let told = try answer.decode(BankAnswer.self)
            try session.output.show(told)
            if told.attentionCount > 0 {
                note(
                    "somebody should look at \(counted(told.attentionCount, "line")): "
                        + "wijkmunt settlement lines \(told.id)"
                )
            }
        }
    }

    struct Answers: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the answers of the bank that were imported."
        )
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBankAnswers)
            let list: Page<BankAnswer> = try await session.client.call(
                .listBankAnswers,
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "id", "messageType", "lineCount", "settledCount", "returnedCount",
                    "attentionCount", "importedAt",
                ]
            )
        }
    }

    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what an answer of the bank did."
        )
        @Argument(help: "The answer.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getBankAnswer)
            let answer: BankAnswer = try await session.client.call(
                .getBankAnswer,
                path: ["bankAnswerId": id.description]
            )
            try session.output.show(answer)
        }
    }

    struct Lines: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what became of the lines of an answer of the bank."
        )
        @Argument(help: "The answer.") var id: Identifier
        @Option(help: "Only lines of which this became, such as unknown.") var outcome: String?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBankAnswerLines)
            let list: Page<BankAnswerLine> = try await session.client.call(
                .listBankAnswerLines,
                path: ["bankAnswerId": id.description],
                query: page.query + [("outcome", outcome)]
            )
            try session.output.show(
                list,
                columns: ["nr", "outcome", "endToEndId", "amount", "reason", "sourceLine"]
            )
        }
    }
}
