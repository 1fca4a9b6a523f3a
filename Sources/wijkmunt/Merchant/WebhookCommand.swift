import API
import ArgumentParser
import FoundationEssentials

/// `wijkmunt webhook …`
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Where a merchant's software hears of payments.",
        subcommands: [
            Add.self, List.self, Show.self, Deliveries.self, Rotate.self, Replay.self,
            Disable.self, Enable.self,
        ]
    )

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have events sent to an address; shows the secret, this once."
        )
        @Argument(help: "The address, with https.") var url: String
        @Option(name: .customLong("type"), help: "Only events of this type; may be repeated.")
        var types: [String] = []
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .registerWebhook)
            let webhook: Webhook = try await session.client.call(
                .registerWebhook,
                body: WebhookRegistration(url: url, types: types.isEmpty ? nil : types),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(webhook)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List your webhooks.")
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listWebhooks)
            let list: Page<Webhook> = try await session.client.call(
                .listWebhooks,
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["id", "url", "state", "disabledReason", "failingSince"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a webhook.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getWebhook)
            let webhook: Webhook = try await session.client.call(
                .getWebhook,
                path: ["webhookId": id.description]
            )
            try session.output.show(webhook)
        }
    }

    struct Deliveries: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what was sent to a webhook, and what came of it."
        )
        @Argument(help: "The webhook.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listWebhookDeliveries)
            let list: Page<WebhookDelivery> = try await session.client.call(
                .listWebhookDeliveries,
                path: ["webhookId": id.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: [
                    "nr", "type", "state", "attempts", "lastStatus", "lastError",
                    "nextAttemptAt",
                ]
            )
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new secret, and show it this once; the old one signs for a day more."
        )
        @Argument(help: "The webhook.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            try await session.change(.rotateWebhookSecret, id, write)
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send events again.")
        @Argument(help: "The webhook.") var id: Identifier
        @Option(help: "From this moment, such as 2026-11-21T08:00:00Z.") var from: Instant
        @Option(help: "Until this moment; now by default.") var until: Instant?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .replayWebhook)
            let replay: WebhookReplay = try await session.client.call(
                .replayWebhook,
                path: ["webhookId": id.description],
                body: WebhookReplayRequest(fromAt: from, untilAt: until),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(replay)
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send nothing any more.")
        @Argument(help: "The webhook.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            try await session.change(.disableWebhook, id, write)
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send events again, from now on.")
        @Argument(help: "The webhook.") var id: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            try await session.change(.enableWebhook, id, write)
        }
    }
}

extension SessionOptions {
    /// Does something to a webhook and shows it as it is then.
    fileprivate func change(
        _ operation: API.Operation,
        _ webhook: Identifier,
        _ write: WriteOptions
    ) async throws {
        let session = try open(for: operation)
        let changed: Webhook = try await session.client.call(
            operation,
            path: ["webhookId": webhook.description],
            idempotencyKey: write.idempotencyKey
        )
        try session.output.show(changed)
    }
}

/// `wijkmunt event …`
struct EventCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "What happens at a merchant.",
        subcommands: [Watch.self]
    )

    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow the events of a merchant, or of a till."
        )
        @Option(help: "Only events after this number; from now on by default.") var after: Int?
        @Option(help: "For how long at most, 1 to 600.") var seconds: Int?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .streamEvents)
            let events = try await session.client.events(
                .streamEvents,
                query: [("seconds", seconds.map(String.init))],
                after: after.map(String.init)
            )
            for try await event in events where event.name != "start" {
                let told = try JSONDecoder().decode(
                    MerchantEvent.self,
                    from: Data(event.data.utf8)
                )
                if session.output == .json {
                    print(event.data)
                } else {
                    let amount = told.data.amount.map { "  \($0.value) \($0.coin)" } ?? ""
                    print("\(told.data.nr)  \(told.timestamp)  \(told.type)\(amount)")
                }
            }
        }
    }
}
