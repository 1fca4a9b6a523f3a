import FoundationEssentials
import Postgres
import Synchronization

/// The wallets that somebody watches now. One question to the database tells which of them have
/// something new, however many there are; nobody is asked about the others.
final class WatchedWallets: Sendable {
    private struct Watch: Sendable {
        let wallet: UUID
        let community: UUID
        let bell: AsyncStream<Void>.Continuation
    }

    private struct State {
        var watches: [Int: Watch] = [:]
        var lastNumber = 0
    }

    /// Announced whenever a payment file has advanced; everything else waits for the next look.
    static let channel = "disbursement_batch"
    static let interval: Duration = .seconds(2)

    private let database: Database
    private let state = Mutex(State())

    init(database: Database) {
        self.database = database
    }

    /// An element whenever the wallet may have new events, until nobody listens any more.
    func changes(of wallet: UUID, in community: UUID) -> AsyncStream<Void> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let number = state.withLock { state in
                state.lastNumber += 1
                state.watches[state.lastNumber] = Watch(
                    wallet: wallet,
                    community: community,
                    bell: continuation
                )
                return state.lastNumber
            }
            continuation.onTermination = { [self] _ in
                state.withLock { _ = $0.watches.removeValue(forKey: number) }
            }
        }
    }

    /// Rings for everybody who watches the wallet: one of them has just got events.
    func ring(_ wallet: UUID) {
        for watch in watches where watch.wallet == wallet { watch.bell.yield() }
    }

    /// Looks once, and rings for those who watch a wallet with something new.
    func callAsFunction() async throws {
        let watches = watches
        guard !watches.isEmpty else { return }
        let places = try await Tenant.acrossCommunities {
            try await database.query(
                WalletEventQueries.untold(
                    watches.map(\.wallet),
                    communities: watches.map(\.community)
                )
            ) { rows in try rows.map { try $0.decode(Int32.self) } }
        }
        for place in places { watches[Int(place) - 1].bell.yield() }
    }

    private var watches: [Watch] {
        state.withLock { Array($0.watches.values) }
    }
}
