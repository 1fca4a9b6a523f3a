import NIOCore

/// Closes a connection on which nobody asks anything: from its start until the first request has
/// been read, and between requests. Lives on the connection's event loop.
///
/// Only whole heads count, so one that comes letter by letter gains no time. The same watch stands
/// behind all streams of an HTTP/2 connection.
final class ConnectionWatch {
    private let channel: any Channel
    private let idle: TimeAmount
    private var openRequests = 0
    private var deadline: NIODeadline
    private var alarm: Scheduled<Void>?

    /// Begins to watch.
    init(_ channel: any Channel, patience: TransportSettings.Patience) {
        self.channel = channel
        idle = .seconds(Int64(patience.idle))
        deadline = .now() + .seconds(Int64(patience.head))
        let watch = NIOLoopBound(self, eventLoop: channel.eventLoop)
        schedule(watch)
        channel.closeFuture.whenComplete { _ in watch.value.alarm?.cancel() }
    }

    func requestBegan() { openRequests += 1 }

    func requestEnded() {
        openRequests -= 1
        guard openRequests == 0 else { return }
        deadline = .now() + idle
        if alarm == nil { schedule(NIOLoopBound(self, eventLoop: channel.eventLoop)) }
    }

    private func schedule(_ watch: NIOLoopBound<ConnectionWatch>) {
        alarm = channel.eventLoop.scheduleTask(deadline: deadline) { watch.value.ring(watch) }
    }

    private func ring(_ watch: NIOLoopBound<ConnectionWatch>) {
        alarm = nil
        // The end of the request sets the next one.
        guard openRequests == 0 else { return }
        if deadline <= .now() { channel.close(promise: nil) } else { schedule(watch) }
    }
}
