import API
import ArgumentParser

extension ProgrammeCommand {
    struct Extend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the money of a programme end later for one person."
        )
        @Argument(help: "The programme.") var id: Identifier
        @Option(help: "The person.") var person: Identifier
        @Option(help: "The new end, such as 2027-01-31T23:00:00Z.") var until: Instant
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .extendPots)
            let made: Extension = try await session.client.call(
                .extendPots,
                path: ["programmeId": id.description],
                body: ExtensionCreation(personId: person, untilAt: until),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(made)
        }
    }

    struct Extensions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List for whom the money of a programme ends later."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listExtensions)
            let list: Page<Extension> = try await session.client.call(
                .listExtensions,
                path: ["programmeId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["personId", "untilAt", "potCount", "extendedBy", "extendedAt"]
            )
        }
    }

    struct Commitments: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where the money of a programme is, by the ledger."
        )
        @Argument(help: "The programme.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getProgrammeCommitments)
            let commitments: ProgrammeCommitments = try await session.client.call(
                .getProgrammeCommitments,
                path: ["programmeId": id.description]
            )
            try session.output.show(commitments)
        }
    }
}
