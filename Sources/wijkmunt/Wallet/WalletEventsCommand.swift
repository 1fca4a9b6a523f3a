import API
import ArgumentParser
import FoundationEssentials

extension WalletCommand {
    struct Events: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Follow what is credited, debited and announced."
        )
        @Argument(help: "The wallet; the profile's own by default.") var id: Identifier?
        @Option(help: "Only events after this number; from now on by default.") var after: Int?
        @Option(help: "For how long at most, 1 to 600.") var seconds: Int?
        @OptionGroup var session: SessionOptions

        func run() async throws {
            let session = try self.session.open(for: .streamWalletEvents)
            let events = try await session.client.events(
                .streamWalletEvents,
                path: ["walletId": try session.wallet(id).description],
                query: [("seconds", seconds.map(String.init))],
                after: after.map(String.init)
            )
            for try await event in events where event.name != "start" {
                let told = try JSONDecoder().decode(
                    WalletEvent.self,
                    from: Data(event.data.utf8)
                )
                print(session.output == .json ? event.data : told.text)
            }
        }
    }
}

extension WalletEvent {
    /// As people read it.
    fileprivate var text: String {
        let parts = [
            "\(data.nr)", "\(timestamp)", type, data.amount?.text, data.kind, data.programmeName,
            data.reference, data.endToEndId, data.dueAt.map { "on \($0)" },
        ]
        return parts.compactMap { $0 }.joined(separator: "  ")
    }
}
