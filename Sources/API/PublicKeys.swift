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

/// A public Ed25519 key as JWK (RFC 8037 section 2).
package struct OkpPublicJwk: Codable, Hashable, Sendable {
    /// The key type, `OKP`.
    package var kty: String
    /// The curve, `Ed25519`.
    package var crv: String
    /// The point, 32 bytes in base64url.
    package var x: String

    /// Creates it from its members.
    package init(kty: String = "OKP", crv: String = "Ed25519", x: String) {
        self.kty = kty
        self.crv = crv
        self.x = x
    }
}

/// A public RSA key as JWK (RFC 7518 section 6.3).
package struct RsaPublicJwk: Codable, Hashable, Sendable {
    /// The key type, `RSA`.
    package var kty: String
    /// The modulus, 2048 to 4096 bits in base64url.
    package var n: String
    /// The exponent, `AQAB`, that is 65537.
    package var e: String

    /// Creates it from its members.
    package init(kty: String = "RSA", n: String, e: String = "AQAB") {
        self.kty = kty
        self.n = n
        self.e = e
    }
}

/// The public key of an organisation's software, told apart in JSON by the member `kty`.
package enum ClientJwk: Hashable, Sendable {
    /// P-256; assertions are signed with ES256.
    case ec(EcPublicJwk)
    /// Ed25519; assertions are signed with EdDSA.
    case okp(OkpPublicJwk)
    /// RSA; assertions are signed with RS256.
    case rsa(RsaPublicJwk)
}

extension ClientJwk: Codable {
    private enum CodingKeys: String, CodingKey {
        case kty
    }

    /// Reads a key; throws `DecodingError` for an unknown `kty` or a missing member.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        switch try members.decode(String.self, forKey: .kty) {
        case "EC": self = .ec(try EcPublicJwk(from: decoder))
        case "OKP": self = .okp(try OkpPublicJwk(from: decoder))
        case "RSA": self = .rsa(try RsaPublicJwk(from: decoder))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .kty,
                in: members,
                debugDescription: "an unknown type of key"
            )
        }
    }

    /// Writes the key itself.
    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .ec(let jwk): try jwk.encode(to: encoder)
        case .okp(let jwk): try jwk.encode(to: encoder)
        case .rsa(let jwk): try jwk.encode(to: encoder)
        }
    }
}
