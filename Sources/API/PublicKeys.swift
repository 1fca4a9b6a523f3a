/// A public P-256 key as JWK (RFC 7517, RFC 7518 section 6.2).
package struct EcPublicJwk: Codable, Hashable, Sendable {
    /// The key type, `EC`.
    package var kty: String
    /// The curve, `P-256`.
    package var crv: String
    /// The x coordinate, 32 bytes in base64url.
    package var x: String
    /// The y coordinate, 32 bytes in base64url.
    package var y: String

    /// Creates it from its members.
    package init(
        kty: String = "EC",
        crv: String = "P-256",
        x: String,
        y: String
    ) {
        self.kty = kty
        self.crv = crv
        self.x = x
        self.y = y
    }
}
