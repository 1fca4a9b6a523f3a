import API
import ArgumentParser

/// `wijkmunt group …`
struct TargetGroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "People that others add something for. No shop sees who is in one.",
        subcommands: [Create.self, List.self, Add.self, Remove.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a group.")
        @Argument(help: "Its name, for the counter.") var name: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .createTargetGroup)
            let group: TargetGroup = try await session.client.call(
                .createTargetGroup,
                body: TargetGroupCreation(name: name),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(group)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the groups.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listTargetGroups)
            let list: Page<TargetGroup> = try await session.client.call(
                .listTargetGroups,
                query: page.query
            )
            try session.output.show(list, columns: ["id", "name", "createdAt"])
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put a person into a group.")
        @Argument(help: "The group.") var id: Identifier
        @Argument(help: "The person.") var person: Identifier
        @Option(help: "Until this moment; until taken out by default.") var until: Instant?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .addToTargetGroup)
            let member: TargetGroupMember = try await session.client.call(
                .addToTargetGroup,
                path: ["groupId": id.description],
                body: TargetGroupEntry(personId: person, validUntil: until),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(member)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take a person out of a group.")
        @Argument(help: "The group.") var id: Identifier
        @Argument(help: "The person.") var person: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .removeFromTargetGroup)
            let member: TargetGroupMember = try await session.client.call(
                .removeFromTargetGroup,
                path: ["groupId": id.description],
                body: TargetGroupRemoval(personId: person),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(member)
        }
    }
}
