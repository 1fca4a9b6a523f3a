import API
import HTTPTypes

/// Why a proof of possession does not count.
package enum ProofRefusal: Error, Hashable, Sendable {
    /// There is none, or more than one.
    case missing
    /// Too long, no JWT of the expected form, or another algorithm.
    case unreadable
    /// The key in it did not sign it.
    case wrongSignature
    case otherMethod
    case otherAddress
    case otherToken
    /// Of a key that the token, or the client, is not bound to.
    case otherKey
    case tooOld
    case ofTheFuture
    /// Without a nonce of ours that still counts; the answer brings one.
    case nonceNeeded
    /// It was used before, here or at another instance.
    case replayed

    /// The code of RFC 9449 sections 5 and 7.1.
    package var code: String {
        self == .nonceNeeded ? "use_dpop_nonce" : "invalid_dpop_proof"
    }

    /// What is told to whoever sent it.
    package var detail: String {
        switch self {
        case .missing: "A proof in one DPoP header is needed."
        case .unreadable: "The DPoP header is not a proof with a public key that is taken here."
        case .wrongSignature: "The proof was not signed by the key in it."
        case .otherMethod: "The proof is for another method."
        case .otherAddress: "The proof is for another address."
        case .otherToken: "The proof is for another access token."
        case .otherKey: "The proof is by another key."
        case .tooOld: "The proof is too old, or the clock it was made by is behind."
        case .ofTheFuture: "The proof is of the future: the clock it was made by is ahead."
        case .nonceNeeded: "The proof needs the nonce of the DPoP-Nonce header."
        case .replayed: "The proof was used before."
        }
    }

    /// As the token endpoint says it (RFC 9449 section 5).
    package var tokenProblem: Problem {
        Problem(
            self == .nonceNeeded ? .useDpopNonce : .invalidDpopProof,
            detail,
            oauthError: code
        )
    }

    /// As every other operation says it (RFC 9449 sections 7.1 and 9).
    var problem: Problem {
        // With another key the proof may be good, and the token is somebody else's.
        let error = self == .otherKey ? "invalid_token" : code
        return Problem(
            .unauthorized,
            detail,
            headers: [.wwwAuthenticate: Challenge.dpop.text(error: error)]
        )
    }
}

/// How a token is presented, and what is asked for when that failed.
enum Challenge: String {
    case bearer = "Bearer"
    case dpop = "DPoP"

    /// What somebody is told who presented nothing (RFC 9449 section 7.1).
    static let any = "Bearer, DPoP \(algorithms)"

    private static let algorithms = "algs=\"\(ProofKey.algorithms.joined(separator: " "))\""

    /// The scheme of an `Authorization`; case does not matter (RFC 9110 section 11.1).
    static func named(_ scheme: Substring) -> Challenge? {
        switch scheme {
        case "Bearer": .bearer
        case "DPoP": .dpop
        default: [.bearer, .dpop].first { $0.rawValue.lowercased() == scheme.lowercased() }
        }
    }

    /// One challenge with an error code, and the scopes that would be needed.
    func text(error: String, scope: String? = nil) -> String {
        let scope = scope.map { ", scope=\"\($0)\"" } ?? ""
        let algorithms = self == .dpop ? ", \(Self.algorithms)" : ""
        return "\(rawValue) error=\"\(error)\"\(scope)\(algorithms)"
    }
}
