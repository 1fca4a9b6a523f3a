package import FoundationEssentials
package import Logging
package import Postgres
import ServiceLifecycle

/// Posts concurrent requests in groups: one statement, one round trip and one commit for all that
/// came while the previous group was in flight.
///
/// An item belongs to a *lane*, its community. An idle lane sends an item at once, alone; while
/// its batch is in flight, the next one forms. There is no timer in between. Lanes do not wait for
/// each other, except for a connection of the pool. Where items say what they touch (accounts,
/// wallets), a lane may have a second batch in flight, of items that touch nothing of the first:
/// it works while the first one waits for the disk.
///
/// **Order.** A batch holds its items in order of arrival, and nothing that they touch is in two
/// batches in flight, so items take effect in order of arrival wherever they touch the same. With
/// one exception: an item whose *key* is in flight already waits for its answer to be stored;
/// items of other keys do not wait for it.
///
/// **Exactly once.** What is sent may be sent again: see `statement` in the initialiser.
///
/// Works from the moment it is made; `run` only waits for the shutdown. In a `ServiceGroup` it
/// stands between the database and whatever accepts requests, so that it can drain.
package final class GroupPoster<Item: Sendable, Outcome: Sendable>: Service, Sendable {
    private let room: WaitingRoom<Item, Outcome>
    private let posting: BatchPosting<Item, Outcome>
    private let lane: @Sendable (Item) -> UUID
    private let key: @Sendable (Item) -> AnyHashable
    private let touches: @Sendable (Item) -> [UUID]

    /// Makes a poster on a pool of connections.
    ///
    /// - Parameters:
    ///   - lane: the community of an item.
    ///   - key: what two items must not share in one batch, e.g. client and idempotency key.
    ///   - touches: what two batches in flight must not share; items that touch the same are sent
    ///     in order of arrival. Needed when `bounds.mostInFlight` is more than 1.
    ///   - statement: one statement that commits by itself and does the whole work for items of
    ///     one lane, at least one, no two with the same key. It is sent again after a lost
    ///     connection, a conflict, or another item's fault, with all items or with some, perhaps
    ///     while the server is still busy with the lost attempt. So it must take a lock that makes
    ///     it wait for such an attempt, look up by transfer id or idempotency key what was
    ///     recorded, answer that instead of doing it twice, and record every outcome, refusals
    ///     too. A refusal is an outcome of its item, never an error of the statement.
    ///   - outcomes: reads the outcomes from the rows, in order of the items and as many. Runs on
    ///     a database thread after the commit: what it throws is a fault that all callers get.
    package init(
        database: Database,
        bounds: GroupPosterBounds = GroupPosterBounds(),
        logger: Logger,
        lane: @escaping @Sendable (Item) -> UUID,
        key: @escaping @Sendable (Item) -> some Hashable & Sendable,
        touches: @escaping @Sendable (Item) -> [UUID] = { _ in [] },
        statement: @escaping @Sendable ([Item], UUID) -> SQL,
        outcomes: @escaping @Sendable (Rows, [Item]) throws -> [Outcome]
    ) {
        precondition(bounds.largestBatch > 0 && bounds.mostWaiting > 0)
        precondition(bounds.longestWait > .zero && bounds.patience > .zero)
        room = WaitingRoom(bounds)
        posting = BatchPosting(
            database: database,
            bounds: bounds,
            room: room,
            logger: logger,
            statement: statement,
            outcomes: outcomes
        )
        self.lane = lane
        self.key = { AnyHashable(key($0)) }
        self.touches = touches
    }

    /// How busy the poster is, and what it did so far.
    package var statistics: GroupPosterStatistics { room.statistics }

    /// Posts an item with its lane's next batch and returns its outcome.
    ///
    /// Throws, when the item certainly had no effect: `PostgresError.overloaded` (too many wait,
    /// or it waited too long), `.closed`, `.unavailable`, `.server` (the item's own fault, or
    /// conflicts without end) and `CancellationError` when the task was cancelled before it was
    /// sent; one that was sent is completed. Throws `.outcomeUnknown` when patience ended before
    /// it was known, and `.decoding` or what `outcomes` threw when the effect is there and only
    /// the outcome could not be read: asking again with the same key tells.
    package func post(_ item: Item) async throws -> Outcome {
        let ticket = Ticket<Item, Outcome>(
            item,
            lane: lane(item),
            key: key(item),
            touches: touches(item)
        )
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { caller in
                if room.admit(ticket, caller) { serve(ticket.lane) }
            }
        } onCancel: {
            room.cancel(ticket)
        }
    }

    /// Waits for a graceful shutdown (or the task's cancellation), then does `shutDown`.
    package func run() async throws {
        // Cancellation ends the wait as well, and what was accepted is completed all the same.
        try? await gracefulShutdown()
        await shutDown()
    }

    /// Takes no new items (`.closed`) and returns when all that were accepted are completed.
    package func shutDown() async {
        room.close()
        await room.drained()
    }

    /// Serves a lane until it is idle. A task of its own: no caller's cancellation may reach the
    /// others' statement. `shutDown` waits for it.
    private func serve(_ lane: UUID) {
        Task.detached { [room, posting] in
            var ended: Int?
            while let (batch, number) = room.nextBatch(of: lane, after: ended) {
                await posting.post(batch, lane: lane)
                ended = number
            }
        }
    }
}
