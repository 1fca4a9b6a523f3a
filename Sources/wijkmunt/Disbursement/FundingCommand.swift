import API
import ArgumentParser
import NIOCore

/// `wijkmunt funding …`
struct FundingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "funding",
        abstract: "Euros that arrive for programmes, as the bank tells of them.",
        subcommands: [
            Import.self, Statements.self, Statement.self, Credits.self, Assign.self, Dismiss.self,
        ]
    )

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Import a statement of the bank: camt.053 or camt.054.",
            discussion: """
                Credits that name the reference of a programme fund it. The others wait for somebody \
                else to assign or dismiss them. The same file, and the same credit, count once.
                """
        )
        @Argument(help: "The file.", completion: .file(extensions: ["xml"])) var file: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .importBankStatement)
            let answer = try await session.client.answer(
                .importBankStatement,
                body: .xmlFile(try UploadFile(path: file)),
                idempotencyKey: write.idempotencyKey,
                timeout: .minutes(5)
            )
            if answer.header("Wijkmunt-Duplicate") == "true" {
                note("this file was imported before; nothing has changed")
            }
            let statement = try answer.decode(BankStatement.self)
            try session.output.show(statement)
            if statement.openCount > 0 {
                note(
                    "somebody should look at \(counted(statement.openCount, "credit")): "
                        + "wijkmunt funding credits --statement \(statement.id)"
                )
            }
        }
    }

    struct Statements: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the statements of the bank that were imported."
        )
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBankStatements)
            let list: Page<BankStatement> = try await session.client.call(
                .listBankStatements,
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "id", "messageType", "creditCount", "fundedCount", "openCount", "importedAt",
                ]
            )
        }
    }

    struct Statement: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what became of a statement of the bank."
        )
        @Argument(help: "The statement.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getBankStatement)
            let statement: BankStatement = try await session.client.call(
                .getBankStatement,
                path: ["bankStatementId": id.description]
            )
            try session.output.show(statement)
        }
    }

    struct Credits: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List euros that arrived."
        )
        @Option(help: "Only those of which this became, such as unmatched.")
        var state: BankCreditState?
        @Option(help: "Only those of this statement.") var statement: Identifier?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listBankCredits)
            let list: Page<BankCredit> = try await session.client.call(
                .listBankCredits,
                query: page.query + [
                    ("state", state?.rawValue), ("bankStatementId", statement?.description),
                ]
            )
            try session.output.show(
                list,
                columns: [
                    "id", "state", "amount", "bookedOn", "payerName", "remittance", "programmeId",
                ]
            )
        }
    }

    struct Assign: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say which programme a credit is for; not by whoever imported it."
        )
        @Argument(help: "The credit.") var id: Identifier
        @Option(help: "The programme.") var programme: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .assignBankCredit)
            let credit: BankCredit = try await session.client.call(
                .assignBankCredit,
                path: ["bankCreditId": id.description],
                body: BankCreditAssignment(programmeId: programme),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(credit)
        }
    }

    struct Dismiss: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a credit is for no programme; not by whoever imported it."
        )
        @Argument(help: "The credit.") var id: Identifier
        @Option(help: "Why, without names.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .dismissBankCredit)
            let credit: BankCredit = try await session.client.call(
                .dismissBankCredit,
                path: ["bankCreditId": id.description],
                body: BankCreditDismissal(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(credit)
        }
    }
}

extension BankCreditState: ExpressibleByArgument {}
