import API
import ArgumentParser

/// `wijkmunt departure …`
struct DepartureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "departure",
        abstract: "People who died or moved away, and what becomes of their grants.",
        subcommands: [Report.self, List.self, Show.self, Decide.self, End.self]
    )

    struct Report: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report that a person died or moved away; somebody else confirms it."
        )
        @Argument(help: "The person.") var person: Identifier
        @Argument(help: "What happened: died or moved-away.") var kind: DepartureKind
        @Option(help: "Since when, such as 2026-03-01.") var on: String
        @Option(help: "How that is known.") var note: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .reportDeparture)
            let departure: Departure = try await session.client.call(
                .reportDeparture,
                path: ["personId": person.description],
                body: DepartureReport(kind: kind, departedOn: on, note: note),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(departure)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List departures.")
        @Option(help: "Only those in this state.") var state: DepartureState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listDepartures)
            let list: Page<Departure> = try await session.client.call(
                .listDepartures,
                query: page.query + [("state", state?.rawValue)]
            )
            try session.output.show(
                list,
                columns: ["id", "personId", "kind", "departedOn", "state", "recalls"]
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a departure.")
        @Argument(help: "Its id.") var id: Identifier
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .getDeparture)
            let departure: Departure = try await session.client.call(
                .getDeparture,
                path: ["departureId": id.description]
            )
            try session.output.show(departure)
        }
    }

    struct Decide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Confirm a departure, or with --drop forget it.",
            discussion: """
                Confirmed, standing instructions stop, and what is left of grants is recalled \
                where the programme says so.
                """
        )
        @Argument(help: "The departure.") var id: Identifier
        @Flag(help: "It was a mistake.") var drop = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideDeparture)
            let departure: Departure = try await session.client.call(
                .decideDeparture,
                path: ["departureId": id.description],
                body: DepartureDecision(confirm: !drop),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(departure)
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a confirmed departure: the person is back, or never left.",
            discussion: """
                Somebody else than who confirmed it does. Recalls that it announced and that have \
                taken nothing yet are withdrawn; standing instructions stay stopped.
                """
        )
        @Argument(help: "The departure.") var id: Identifier
        @Option(help: "Why.") var reason: String
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .endDeparture)
            let departure: Departure = try await session.client.call(
                .endDeparture,
                path: ["departureId": id.description],
                body: DepartureEnding(reason: reason),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(departure)
        }
    }
}

extension DepartureKind: ExpressibleByArgument {}
extension DepartureState: ExpressibleByArgument {}
extension DeparturePolicy: ExpressibleByArgument {}
