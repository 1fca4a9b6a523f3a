import API

/// What lies beside a file that was taken, as JSON.
struct DropResult: Encodable, Sendable {
    /// What became of a file.
    enum Outcome: String, Encodable, Sendable {
        /// It is a batch, whose state tells the rest.
        case submitted
        /// It was handed in before; the batch is that one.
        case known
        /// It is no batch, because of `reason`.
        case refused
    }

    /// The name under which it was found; null where that was no name.
    @Nullable var fileName: String?
    let outcome: Outcome
    /// Null but for a refused file.
    @Nullable var reason: String?
    @Nullable var batch: Batch?
    let writtenAt: Instant
}
