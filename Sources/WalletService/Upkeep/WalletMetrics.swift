import Ledger
import ServiceKit

/// What the wallet service tells of its own in `/metrics`.
enum WalletMetrics {
    static func all(_ poster: GroupPosterStatistics, _ watch: LedgerWatch.Statistics) -> [Metric] {
        posting(poster) + books(watch)
    }

    private static func posting(_ statistics: GroupPosterStatistics) -> [Metric] {
        [
            Metric("wijkmunt_posting_waiting", .gauge, statistics.waiting),
            Metric("wijkmunt_posting_in_flight", .gauge, statistics.inFlight),
            Metric("wijkmunt_posting_busy_lanes", .gauge, statistics.busyLanes),
            Metric("wijkmunt_posting_batches_total", .counter, statistics.batchesPosted),
            Metric("wijkmunt_posting_items_total", .counter, statistics.itemsPosted),
            Metric("wijkmunt_posting_retries_total", .counter, statistics.retries),
            Metric("wijkmunt_posting_splits_total", .counter, statistics.splits),
        ]
    }

    private static func books(_ statistics: LedgerWatch.Statistics) -> [Metric] {
        [
            Metric("wijkmunt_ledger_drift", .gauge, statistics.drift),
            Metric("wijkmunt_ledger_checked_batches_total", .counter, statistics.checkedBatches),
            Metric("wijkmunt_ledger_unchecked_batches", .gauge, statistics.uncheckedBatches),
            Metric("wijkmunt_ledger_checked_at_seconds", .gauge, statistics.checkedAt),
        ]
    }
}
