import Logging

/// What the listener's thread does.
struct ListenLoop {
    private static let firstPauseMilliseconds: Int32 = 100
    private static let longestPauseMilliseconds: Int32 = 5_000

    private let configuration: DatabaseConfiguration
    private let channels: [String]
    private let subscribers: Subscribers
    private let stop: StopSignal
    private let logger: Logger

    init(
        _ configuration: DatabaseConfiguration,
        channels: [String],
        subscribers: Subscribers,
        stop: StopSignal,
        logger: Logger
    ) {
        self.configuration = configuration
        self.channels = channels
        self.subscribers = subscribers
        self.stop = stop
        self.logger = logger
    }

    /// Connects, listens, and begins again when the connection is lost. Blocks until told to stop.
    func run() {
        var pause = Self.firstPauseMilliseconds
        while true {
            do {
                let connection = try connectAndListen()
                pause = Self.firstPauseMilliseconds
                subscribers.deliver(.reconnected)
                guard deliver(from: connection) else { return }
                logger.warning("listener lost its connection")
            } catch {
                logger.debug("listener cannot connect", metadata: ["error": "\(error)"])
            }
            guard stop.wait(milliseconds: pause) else { return }
            pause = min(2 * pause, Self.longestPauseMilliseconds)
        }
    }

    private func connectAndListen() throws(PostgresError) -> Connection {
        let connection = try Connection(configuration, logger: logger)
        for channel in channels {
            let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"")
            try connection.executeScript("LISTEN \"\(quoted)\"")
        }
        return connection
    }

    /// Returns true when the connection was lost, false when it is time to stop.
    private func deliver(from connection: Connection) -> Bool {
        repeat {
            while let notification = connection.nextNotification() {
                subscribers.deliver(.received(notification.payload), to: notification.channel)
            }
            guard stop.wait(for: connection.socket) else { return false }
        } while connection.consumeInput()
        return true
    }
}
