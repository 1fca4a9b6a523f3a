import API
import FoundationEssentials

/// A DPoP proof (RFC 9449 section 4): one request, signed by the key that a token is bound to.
package struct ProofOfPossession: Sendable {
    /// The most bytes that are looked at.
    static let mostBytes = 4096
    /// How long ago a proof may have been signed, in seconds.
    static let longestAge: Int64 = 60
    /// How far the sender's clock may be ahead, in seconds.
    static let clockTolerance: Int64 = 30

    /// The thumbprint of its key (RFC 7638), as `cnf.jkt` of a token has it.
    package let thumbprint: String
    let claims: Claims

    struct Claims: Decodable, Sendable {
        let jti: String
        let htm: String
        let htu: String
        /// Seconds since 1970, perhaps with a fraction.
        let iat: Double
        let ath: String?
        let nonce: String?
    }

    /// What a proof has to be for.
    struct Occasion {
        let method: String
        let path: String
        let address: ServiceAddress
        /// The digest of the access token; `nil` at the token endpoint.
        let tokenDigest: String?
        let now: Instant
    }

    /// Reads a proof that its key signed; throws `ProofRefusal`.
    init(_ text: String) throws(ProofRefusal) {
        guard text.utf8.count <= Self.mostBytes else { throw .unreadable }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Self.object(parts[0]), let payload = Self.object(parts[1]),
            header["typ"]?.string == "dpop+jwt", header["crit"] == nil,
            let key = header["jwk"].flatMap(ProofKey.init),
            header["alg"]?.string == key.algorithm,
            let signature = Base64URL.bytes(Substring(parts[2])),
            let claims = try? payload.decoded(as: Claims.self),
            (1...128).contains(claims.jti.utf8.count)
        else { throw .unreadable }
        guard key.isValid(signature, for: Array(text.utf8[..<parts[1].endIndex])) else {
            throw .wrongSignature
        }
        thumbprint = key.thumbprint
        self.claims = claims
    }

    /// Throws the first `ProofRefusal` of a proof that is for something else, or of another time.
    func check(for occasion: Occasion) throws(ProofRefusal) {
        guard claims.htm == occasion.method else { throw .otherMethod }
        guard occasion.address.names(claims.htu, path: occasion.path) else { throw .otherAddress }
        guard occasion.tokenDigest == nil || claims.ath == occasion.tokenDigest else {
            throw .otherToken
        }
        let now = Double(occasion.now.microseconds) / 1e6
        guard claims.iat >= now - Double(Self.longestAge) else { throw .tooOld }
        guard claims.iat <= now + Double(Self.clockTolerance) else { throw .ofTheFuture }
    }

    private static func object(_ part: Substring.UTF8View) -> JSONValue? {
        guard let bytes = Base64URL.bytes(Substring(part)),
            let value = try? JSONText.parse(bytes), case .object = value
        else { return nil }
        return value
    }
}
