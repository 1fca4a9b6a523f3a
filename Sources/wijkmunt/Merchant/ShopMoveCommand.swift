import API
import ArgumentParser
import FoundationEssentials

extension ShopCommand {
    struct Hours: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say when a market or a round is at its place.",
            discussion: """
                The file has the hours of weekdays and, where a date differs, of dates, by the \
                clock of the community:
                {"weekly": [{"day": "saturday", "hours": [{"from": "09:00", "until": "17:00"}]}],
                 "exceptions": [{"date": "2026-12-26", "hours": []}]}
                """
        )
        @Argument(help: "The shop.") var id: Identifier
        @Option(help: "A JSON file with the times; the shop counts as always open without.")
        var times: String?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .setOpeningTimes)
            let shop: Shop = try await session.client.call(
                .setOpeningTimes,
                path: ["shopId": id.description],
                body: OpeningTimesSetting(openingTimes: try times.map(OpeningTimes.init(file:))),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(shop)
        }
    }

    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask to move a shop; the old place is in force until somebody grants it."
        )
        @Argument(help: "The shop.") var id: Identifier
        @Option(help: "The new address.") var address: String
        @Option(help: "The new place, as longitude,latitude in degrees.") var at: DegreesPair
        @Option(help: "The radius of the new area, in metres.") var radius: Int?
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .requestShopMove)
            let move: ShopMove = try await session.client.call(
                .requestShopMove,
                path: ["shopId": id.description],
                body: ShopMoveRequest(
                    address: address,
                    longitude: at.longitude,
                    latitude: at.latitude,
                    radiusMetres: radius
                ),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(move)
        }
    }

    struct Moves: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the moves of a shop.")
        @Argument(help: "The shop.") var id: Identifier
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listShopMoves)
            let list: Page<ShopMove> = try await session.client.call(
                .listShopMoves,
                path: ["shopId": id.description],
                query: page.query
            )
            try session.output.show(list, columns: ["id", "address", "state", "requestedAt"])
        }
    }

    struct DecideMove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Grant or reject the move of a shop; somebody else must have asked for it."
        )
        @Argument(help: "The shop.") var id: Identifier
        @Argument(help: "The move.") var move: Identifier
        @Option(help: "What was seen.") var evidence: String
        @Flag(help: "The old place stays.") var reject = false
        @OptionGroup var session: SessionOptions
        @OptionGroup var write: WriteOptions

        func run() async throws {
            let session = try self.session.open(for: .decideShopMove)
            let decided: ShopMove = try await session.client.call(
                .decideShopMove,
                path: ["shopId": id.description, "moveId": move.description],
                body: ShopMoveDecision(grant: !reject, evidence: evidence),
                idempotencyKey: write.idempotencyKey
            )
            try session.output.show(decided)
        }
    }
}

extension OpeningTimes {
    /// Reads a JSON file; throws `CommandFailure` when it is none of opening times.
    init(file: String) throws {
        let content = Data(try InputFile.contents(of: file))
        guard let times = try? JSONDecoder().decode(Self.self, from: content) else {
            throw CommandFailure("\(file) has no opening times")
        }
        self = times
    }
}
