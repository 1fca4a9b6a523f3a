/// A key of the key set (RFC 7517).
package struct PublishedKey: Codable, Hashable, Sendable {
    /// The key type, `EC`.
    package var kty: String
    /// The curve, `P-256`.
    package var crv: String
    /// The x coordinate.
    package var x: String
    /// The y coordinate.
    package var y: String
    /// The key's name in token headers.
    package var kid: String
    /// The algorithm, `ES256`.
    package var alg: String
    /// The use, `sig`.
    package var use: String

    /// Creates it from its members.
    package init(
        kty: String = "EC",
        crv: String = "P-256",
        x: String,
        y: String,
        kid: String,
        alg: String = "ES256",
        use: String = "sig"
    ) {
        self.kty = kty
        self.crv = crv
        self.x = x
        self.y = y
        self.kid = kid
        self.alg = alg
        self.use = use
    }
}

/// The public keys that verify access tokens (RFC 7517).
package struct KeySet: Codable, Hashable, Sendable {
    /// The key in use, those announced, and those that may still be met.
    package var keys: [PublishedKey]

    /// Creates it from its members.
    package init(keys: [PublishedKey]) {
        self.keys = keys
    }
}
