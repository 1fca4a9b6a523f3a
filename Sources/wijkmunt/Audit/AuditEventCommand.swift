import API
import ArgumentParser

/// `wijkmunt audit-event …`
struct AuditEventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit-event",
        abstract: "Who changed rights, policies, what makes money, or what is known of people.",
        subcommands: [List.self, Head.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was done, the last first; -o json shows before and after."
        )
        @Option(help: "Only acts of this client or party, or on its behalf.")
        var actor: Identifier?
        @Option(help: "Only this operation, such as revokeClient.") var operation: String?
        @Option(help: "Only acts on this object: an id, a code or a name.") var object: String?
        @Option(help: "Only from this moment on.") var from: Instant?
        @Option(help: "Only before this moment.") var until: Instant?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listAuditEvents)
            let list: Page<AuditEvent> = try await session.client.call(
                .listAuditEvents,
                query: page.query + [
                    ("actorId", actor?.description), ("operation", operation),
                    ("objectId", object), ("fromAt", from?.description),
                    ("untilAt", until?.description),
                ]
            )
            try session.output.show(
                list,
                columns: [
                    "nr", "recordedAt", "operation", "objectKind", "objectId", "clientId",
                ]
            )
        }
    }

    struct Head: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the signed end of the trail, to keep somewhere else.",
            discussion: """
                `wijkmunt audit-event head -o json > head.json`, and any time later \
                `wijkmunt audit --known-head head.json`.
                """
        )
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getAuditHead)
            let head: AuditHead = try await session.client.call(.getAuditHead)
            try session.output.show(head)
        }
    }
}
