/// A code that enrols one device once; shown only in the answer that makes it.
package struct ActivationCode: Codable, Hashable, Sendable {
    /// The code, as it is typed; case and hyphens do not matter.
    package var code: String
    /// The code is void from this moment.
    package var expiresAt: Instant

    /// Creates it from its members.
    package init(code: String, expiresAt: Instant) {
        self.code = code
        self.expiresAt = expiresAt
    }
}
