import API
import ArgumentParser
import NIOCore

/// `wijkmunt closing …`
struct ClosingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "closing",
        abstract: "A shop closes its books, as often as it likes.",
        subcommands: [Make.self, List.self, Show.self]
    )

    struct Make: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a shop's books up to now."
        )
        @Argument(help: "The shop.") var shop: Identifier
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .makeClosing)
            let answer = try await session.client.answer(
                .makeClosing,
                path: ["shopId": shop.description],
                idempotencyKey: write.idempotencyKey,
                // The first one may count years.
                timeout: .minutes(10)
            )
            try session.output.show(try answer.decode(Closing.self))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the closings of a shop.")
        @Argument(help: "The shop.") var shop: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listClosings)
            let list: Page<Closing> = try await session.client.call(
                .listClosings,
                path: ["shopId": shop.description],
                query: page.query
            )
            try session.output.show(
                list,
                columns: ["nr", "id", "opening", "takings", "refunds", "closing", "madeAt"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a closing.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getClosing)
            let closing: Closing = try await session.client.call(
                .getClosing,
                path: ["closingId": id.description]
            )
            try session.output.show(closing)
        }
    }
}
