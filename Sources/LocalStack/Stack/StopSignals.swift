@preconcurrency import Dispatch
import Foundation

/// Ctrl-C and the wish of a supervisor to stop.
package enum StopSignals {
    /// Takes SIGINT and SIGTERM away from the process and yields them instead, for as long as the
    /// stream is held.
    package static func stream() -> AsyncStream<Int32> {
        AsyncStream { continuation in
            let sources = [SIGINT, SIGTERM].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number)
                source.setEventHandler { continuation.yield(number) }
                source.activate()
                return source
            }
            continuation.onTermination = { _ in
                for source in sources { source.cancel() }
            }
        }
    }
}
