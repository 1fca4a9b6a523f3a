/// A limit on looking whether something has happened that nobody announces, such as a server that
/// begins to answer. The pauses are short against what is waited for.
struct Patience: Sendable {
    private let end: ContinuousClock.Instant

    init(_ limit: Duration) {
        end = .now.advanced(by: limit)
    }

    /// Pauses before the next look; false, at once, when the time is over.
    func pause() async throws -> Bool {
        guard ContinuousClock.now < end else { return false }
        try await Task.sleep(for: .milliseconds(30))
        return true
    }
}
