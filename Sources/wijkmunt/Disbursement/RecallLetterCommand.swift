import API
import ArgumentParser

extension RecallCommand {
    /// `wijkmunt recall letter …`
    struct Letter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The letter about a recall, for somebody whose phone does not tell it."
        )
        @Argument(help: "The recall.") var id: Identifier
        @OptionGroup var form: LetterForm
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let operation = form.operation(text: .getRecallLetterText, pages: .getRecallLetter)
            let session = try self.session.open(for: operation)
            try await session.client.answer(
                operation,
                path: ["recallId": id.description],
                query: form.query
            ).deliver(to: form.to)
        }
    }

    /// `wijkmunt recall letters …`
    struct Letters: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The letters about recalls, a page each, such as those of a day."
        )
        @Option(help: "Only those of this programme.") var programme: Identifier?
        @Option(help: "Only those in this state.") var state: RecallState = .announced
        @Option(help: "Only those that came so far on this day, such as 2026-03-25.")
        var on: String?
        @OptionGroup var form: LetterForm
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let operation = form.operation(text: .getRecallLetterTexts, pages: .getRecallLetters)
            let session = try self.session.open(for: operation)
            let answer = try await session.client.answer(
                operation,
                query: page.query + form.query + [
                    ("programmeId", programme?.description), ("state", state.rawValue),
                    ("day", on),
                ]
            )
            try answer.deliver(to: form.to)
            if let next = answer.header("Link")?.firstMatch(of: /cursor=([^&>]+)/) {
                note("there are more: go on with --cursor \(next.1)")
            }
        }
    }
}

/// How letters are wanted.
struct LetterForm: ParsableArguments {
    @Flag(help: "As text instead of pages (PDF).") var text = false
    @Option(help: "The language: nl or en.") var language: LetterLanguage = .nl
    @Option(help: "Write to this file.", completion: .file()) var to: String?

    func validate() throws {
        guard text || to != nil else {
            throw ValidationError("pages go into a file: name it with --to")
        }
    }

    /// As query parameters.
    var query: [(String, String?)] { [("language", language.rawValue)] }

    /// One of two.
    func operation(text: API.Operation, pages: API.Operation) -> API.Operation {
        self.text ? text : pages
    }
}
