import API
import ArgumentParser

extension WalletCommand {
    struct Holds: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what is kept for shops, and what became of it, newest first."
        )
        @Argument(help: "The wallet; the profile's own by default.") var id: Identifier?
        @Option(help: "Only those in this state.") var state: HoldState?
        @OptionGroup var page: PageOptions
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .listWalletHolds)
            let list: Page<WalletHold> = try await session.client.call(
                .listWalletHolds,
                path: ["walletId": try session.wallet(id).description],
                query: page.query + [("state", state?.rawValue)]
            )
            try session.output.show(
                list,
                columns: [
                    "paymentId", "state", "amount", "capturedAmount", "openAmount",
                    "counterparty.name", "expiresAt",
                ]
            )
        }
    }
}

extension HoldState: ExpressibleByArgument {}
