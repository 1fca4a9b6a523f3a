/// What a group poster puts a limit on.
package struct GroupPosterBounds: Sendable {
    /// Items in one statement; at least 1.
    package var largestBatch = 512
    /// Batches of one lane in flight at once: while one waits for the disk, another may work. At
    /// least 1; more than 1 only where items say what they touch, because only then do two
    /// batches keep the order of arrival wherever it matters.
    package var mostInFlight = 1
    /// How many items a batch beside another one must have, at least 1: a statement for a few
    /// costs nearly as much as one for many.
    package var fewestBesides = 16
    /// Items that wait in all lanes together before more are refused; at least 1.
    package var mostWaiting = 4096
    /// How long an item waits to be sent before it is refused.
    package var longestWait = Duration.seconds(5)
    /// How long after it was sent an item's outcome is looked for before its caller hears that it
    /// is unknown.
    package var patience = Duration.seconds(10)
    /// How long a batch knocks at a database that is away before its callers hear so. Only while
    /// it is certain that nothing was done.
    package var outagePatience = Duration.seconds(1)
    /// How often a batch is posted again after a serialization failure or a deadlock.
    package var mostConflicts = 8

    /// The defaults, to be changed one by one.
    package init() {}

    /// For items that say what they touch: one batch works while another waits for the disk.
    package static var twoInFlight: GroupPosterBounds {
        var bounds = GroupPosterBounds()
        bounds.mostInFlight = 2
        return bounds
    }

    /// For acts that lock more than accounts: each alone in its transaction, so that no two wait for
    /// each other crosswise.
    package static var oneByOne: GroupPosterBounds {
        var bounds = GroupPosterBounds()
        bounds.largestBatch = 1
        return bounds
    }
}

/// A glance at a group poster, for metrics. The last four only grow.
package struct GroupPosterStatistics: Sendable, Equatable {
    /// Items that wait to be sent.
    package internal(set) var waiting = 0
    /// Items that were sent and have no outcome yet.
    package internal(set) var inFlight = 0
    /// Lanes that have work: as many batches are in flight.
    package internal(set) var busyLanes = 0
    /// Statements that were answered with outcomes.
    package internal(set) var batchesPosted = 0
    /// Items in those statements: divided by their number, the mean size of a batch.
    package internal(set) var itemsPosted = 0
    /// Statements that were sent again as they were.
    package internal(set) var retries = 0
    /// Batches that were halved because one of their items may be poisoned.
    package internal(set) var splits = 0
}
