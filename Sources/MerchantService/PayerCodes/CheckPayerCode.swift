import API
import Crypto
import Domain
import FoundationEssentials
import Locality
import ServiceKit

/// Whether the code of a payer's phone is signed by the phone that it names, and counts now.
struct CheckPayerCode: Sendable {
    /// A code that holds, and what is kept of it.
    struct Checked: Sendable {
        let terms: PayerCode.Terms
        /// By which it is charged once: SHA-256 over what was signed.
        let hash: [UInt8]
        /// Terms, digest and signature in base64url: evidence without a place.
        let approval: String
        /// For the check of place, and then forgotten.
        let claim: PositionClaim?
        /// The SHA-256 of the place in base64url, which the verdict keeps; `nil` without a place.
        let positionDigest: String?
    }

    // As far as phones' clocks may be off in position claims.
    private static let toleranceSeconds = Int64(Domain.LocalityPolicy.clockTolerance)

    let code: PayerCode
    let now: Instant

    /// The code as it holds under a key, given as the coordinates of its point; throws
    /// `payer-code-invalid` or `payer-code-expired`.
    func callAsFunction(keyX: [UInt8], keyY: [UInt8]) throws -> Checked {
        let digest = code.place.map { Array(SHA256.hash(data: $0.bytes)) }
        let signed = PayerCode.signed(code.terms, digest: digest)
        guard let key = try? P256.Signing.PublicKey(rawRepresentation: keyX + keyY),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: code.signature),
            key.isValidSignature(signature, for: signed)
        else { throw PayerCodeRefusal.invalid.problem }
        try requireFresh()
        return Checked(
            terms: code.terms,
            hash: Array(SHA256.hash(data: signed)),
            approval: Base64URL.text(code.evidence(digest: digest)),
            claim: code.place.map { PositionClaim($0, madeAt: code.madeAt) },
            positionDigest: digest.map { Base64URL.text($0) }
        )
    }

    private func requireFresh() throws {
        let age = now.microseconds / 1_000_000 - code.terms.issuedAt
        let longest = Int64(code.terms.lifetimeSeconds) + Self.toleranceSeconds
        guard (-Self.toleranceSeconds...longest).contains(age) else {
            throw PayerCodeRefusal.expired.problem
        }
    }
}

extension PayerCode {
    /// When the phone made it, by its own clock.
    var madeAt: Instant { Instant(microseconds: terms.issuedAt * 1_000_000) }
}
