import API
import ArgumentParser

/// `wijkmunt circulation`
struct CirculationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "circulation",
        abstract: "How much of a coin exists, and the euros that stand against it."
    )

    @OptionGroup var coin: CoinOptions
    @OptionGroup var session: SessionOptions

    func run() async throws {
        let session = try self.session.open(for: .getCirculation)
        let coin = try await self.coin.resolve(session)
        let circulation: Circulation = try await session.client.call(
            .getCirculation,
            path: ["coinCode": coin.code]
        )
        try session.output.show(circulation)
    }
}
