import API
import FoundationEssentials
import Postgres
import ServiceKit
import ServiceLifecycle

/// Hears of new geofences, policies and places of shops, and makes forget what was held of them.
struct LocalityRefresher: Service {
    let book: LocalityBook
    let contexts: ApprovalContexts
    let listener: NotificationListener

    func run() async throws {
        await withTaskGroup { group in
            for channel in LocalityBook.channels {
                group.addTask { await hear(channel, book.forget) }
            }
            group.addTask { await hear(ShopChanges.channel, contexts.forgetShops(of:)) }
        }
    }

    /// Forgets what is held of a community; all of it when something may not have been heard.
    private func hear(_ channel: String, _ forget: (UUID?) -> Void) async {
        for await notification in listener.notifications(channel).cancelOnGracefulShutdown() {
            switch notification {
            case .received(let payload): forget(Identifier(payload)?.uuid)
            case .reconnected, .overflowed: forget(nil)
            }
        }
    }
}
