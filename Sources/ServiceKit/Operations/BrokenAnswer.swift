import Logging
import Postgres

extension Logger {
    /// Makes a part of an answer of which other parts were sent: an error then breaks the connection, and
    /// nobody further out hears of it, so it is logged here. A caller that left, or may not hear more, is
    /// none.
    func tellingFaults<Part>(
        isolation: isolated (any Actor)? = #isolation,
        _ make: () async throws -> Part
    ) async throws -> Part {
        do {
            return try await make()
        } catch {
            if !(error is CancellationError) {
                let text = error is PostgresError ? "\(error)" : String(reflecting: error)
                self.error("an answer broke off", metadata: ["error": "\(text)"])
            }
            throw error
        }
    }
}
