import API
import JWTKit
import ServiceKit

/// The keys of the key set: the one that signs, and those that are announced or retired.
///
/// Verifiers must know a key before they meet it, and a token outlives the last signature of its
/// key by ten minutes; `docs/operations.md` has the steps of a rotation.
struct TokenKeys: Sendable {
    /// So many keys are in the set at most, the one that signs included; a rotation needs two.
    static let most = 8

    let signing: SigningKey
    private let others: [VerificationKey]

    /// Reads the files that the settings name; throws `ServiceConfiguration.Invalid`.
    init(_ configuration: ServiceConfiguration) async throws {
        signing = try SigningKey(file: configuration.required("accounts.signingKeyFile"))
        let files = try await configuration.texts("accounts.publishedKeyFiles")
        guard files.count < Self.most else {
            throw ServiceConfiguration.Invalid(
                description: "accounts.publishedKeyFiles names \(files.count) keys; "
                    + "beside the one that signs there are \(Self.most - 1) at most"
            )
        }
        var known: Set = [signing.verification.published.kid]
        others = try files.map { file in
            let key = try VerificationKey(file: file)
            guard known.insert(key.published.kid).inserted else {
                throw ServiceConfiguration.Invalid(
                    description: "accounts.publishedKeyFiles names a key that signs or is listed "
                        + "already: \(file)"
                )
            }
            return key
        }
    }

    /// What everybody may see, the key that signs first.
    var published: KeySet {
        KeySet(keys: ([signing.verification] + others).map(\.published))
    }

    /// A verifier with all of them.
    func collection() async -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        for key in [signing.verification] + others { await key.add(to: keys) }
        return keys
    }
}
