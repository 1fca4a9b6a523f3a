import API
import FoundationEssentials
import Postgres
import ServiceKit
import ServiceLifecycle

/// Hears of new geofences and policies and makes the book forget what it held.
struct LocalityRefresher: Service {
    let book: LocalityBook
    let listener: NotificationListener

    func run() async throws {
        await withTaskGroup { group in
            for channel in LocalityBook.channels {
                group.addTask {
                    for await notification
                        in listener.notifications(channel).cancelOnGracefulShutdown()
                    {
                        apply(notification)
                    }
                }
            }
        }
    }

    private func apply(_ notification: Notification) {
        switch notification {
        case .received(let payload): book.forget(Identifier(payload)?.uuid)
        case .reconnected, .overflowed: book.forget(nil)
        }
    }
}
