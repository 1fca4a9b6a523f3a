/// The answer of a health check that succeeds.
package struct Health: Codable, Hashable, Sendable {
    /// `alive` or `ready`.
    package var status: String

    /// Creates it from its members.
    package init(status: String) {
        self.status = status
    }
}
