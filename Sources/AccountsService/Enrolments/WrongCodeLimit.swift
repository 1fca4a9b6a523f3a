import API
import HTTPTypes
import ServiceKit
import Synchronization

/// How many wrong activation codes one address may send in a while.
///
/// A code has 55 random bits; the limit keeps guesses from being worth a try, and the table from
/// being searched. Kept in memory: a restart forgives.
final class WrongCodeLimit: Sendable {
    private struct Window {
        let startedAt: Int64
        var attempts: Int
    }

    /// Wrong codes per window.
    static let most = 20
    /// The window, in microseconds.
    static let duration: Int64 = 600 * 1_000_000
    // Some 100 bytes each.
    private static let mostAddresses = 10_000

    private let windows = Mutex<[String: Window]>([:])

    /// Throws 429 when the address has used up its attempts.
    func check(_ address: String, at now: Instant) throws {
        let wait = windows.withLock { windows -> Int64? in
            guard let window = windows[address], window.attempts >= Self.most else { return nil }
            let left = window.startedAt + Self.duration - now.microseconds
            return left > 0 ? left : nil
        }
        guard let wait else { return }
        throw Problem(
            .tooManyAttempts,
            "Too many wrong codes came from this address.",
            headers: [.init("Retry-After")!: String((wait + 999_999) / 1_000_000)]
        )
    }

    /// Counts a wrong code.
    func countWrongCode(from address: String, at now: Instant) {
        windows.withLock { windows in
            let isRunning = { (window: Window) in
                window.startedAt + Self.duration > now.microseconds
            }
            if var window = windows[address], isRunning(window) {
                window.attempts += 1
                windows[address] = window
                return
            }
            if windows.count >= Self.mostAddresses {
                windows = windows.filter { isRunning($0.value) }
                // Still full: somebody has many addresses, and a limit by address is no use.
                if windows.count >= Self.mostAddresses { windows.removeAll() }
            }
            windows[address] = Window(startedAt: now.microseconds, attempts: 1)
        }
    }
}
