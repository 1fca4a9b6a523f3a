import API
import ArgumentParser

extension PersonCommand {
    /// `wijkmunt person letter …`
    struct Letter: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new activation code and print the letter that brings it.",
            discussion: "An unused earlier code is void. The last line is the text of the QR code."
        )
        @Argument(help: "The person.") var id: Identifier
        @Option(help: "The language of the letter: nl or en.")
        var language: LetterLanguage = .nl
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createActivationCode)
            let made: PersonActivationCode = try await session.client.call(
                .createActivationCode,
                path: ["personId": id.description],
                query: [("language", language.rawValue)],
                idempotencyKey: write.idempotencyKey
            )
            guard session.output == .table else { return try session.output.show(made) }
            print(made.letter.lines.joined(separator: "\n"))
            print("\n\(made.letter.qrPayload)")
        }
    }

    /// `wijkmunt person verify-iban …`
    struct VerifyIban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify-iban",
            abstract: "Verify a linked bank account; not by whoever linked it."
        )
        @Argument(help: "The person.") var id: Identifier
        @Argument(help: "The IBAN, read from the proof.") var iban: String
        @Option(help: "What was seen.") var evidence: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .verifyIban)
            let person: Person = try await session.client.call(
                .verifyIban,
                path: ["personId": id.description],
                body: IbanVerification(iban: iban, evidence: evidence),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(person)
        }
    }
}

extension LetterLanguage: ExpressibleByArgument {}
