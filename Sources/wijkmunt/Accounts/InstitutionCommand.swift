import API
import ArgumentParser

/// `wijkmunt institution …`
struct InstitutionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "institution",
        abstract: "Organisations that issue, pay out or administer.",
        subcommands: [Register.self, List.self]
    )

    struct Register: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Register an institution.")
        @Argument(help: "Its name.") var name: String
        @Option(help: "municipality, social-service, employer or association.")
        var kind: InstitutionKind = .municipality
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .registerInstitution)
            let institution: Institution = try await session.client.call(
                .registerInstitution,
                body: InstitutionRegistration(name: name, kind: kind),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(institution)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the institutions.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listInstitutions)
            let list: Page<Institution> = try await session.client.call(
                .listInstitutions,
                query: page.query
            )
            try session.output.show(list, columns: ["id", "name", "kind", "createdAt"])
        }
    }
}

extension InstitutionKind: ExpressibleByArgument {}
