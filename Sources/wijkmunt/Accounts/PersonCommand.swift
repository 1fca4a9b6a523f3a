import API
import ArgumentParser

/// `wijkmunt person …`
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "The residents, as a counter sees them.",
        subcommands: [
            Register.self, List.self, Show.self, LinkIban.self, VerifyIban.self,
            LinkClientNumber.self, ConfirmClientNumber.self, WithdrawClientNumber.self,
            ClientNumbers.self, MakeActivationCode.self, Letter.self, Export.self, Erase.self,
        ]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a resident and get the activation code for a phone."
        )
        @Argument(help: "The name.") var name: String
        @Option(help: "The bank account by which benefits find the person.") var iban: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .registerPerson)
            let person: Person = try await session.client.call(
                .registerPerson,
                body: PersonRegistration(displayName: name, iban: iban),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(person)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the residents.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listPeople)
            let list: Page<Person> = try await session.client.call(.listPeople, query: page.query)
            try session.output.show(
                list,
                columns: ["id", "displayName", "ibanMasked", "ibanState", "state", "walletId"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a resident.")
        @Argument(help: "The person.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getPerson)
            let person: Person = try await session.client.call(
                .getPerson,
                path: ["personId": id.description]
            )
            try session.output.show(person)
        }
    }

    struct LinkIban: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "link-iban",
            abstract: "Link a bank account, for benefits."
        )
        @Argument(help: "The person.") var id: Identifier
        @Argument(help: "The IBAN.") var iban: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .linkIban)
            let person: Person = try await session.client.call(
                .linkIban,
                path: ["personId": id.description],
                body: IbanLink(iban: iban),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(person)
        }
    }

    struct MakeActivationCode: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "activation-code",
            abstract: "Make a new activation code; an unused earlier one is void."
        )
        @Argument(help: "The person.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createActivationCode)
            let code: API.ActivationCode = try await session.client.call(
                .createActivationCode,
                path: ["personId": id.description],
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(code)
        }
    }
}
