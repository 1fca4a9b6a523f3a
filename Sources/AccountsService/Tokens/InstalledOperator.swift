import API
import FoundationEssentials
import ServiceKit

/// The one client that is installed rather than registered: it makes communities.
struct InstalledOperator: Sendable {
    /// Its fixed client id.
    static let id = UUID(
        uuid: (0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1)
    )

    private let key: ClientKey

    /// Reads its public JWK; throws `ServiceConfiguration.Invalid`.
    init(keyFile: String) throws {
        do {
            let data = try Data(contentsOf: URL(filePath: keyFile))
            key = try ClientKey(JSONDecoder().decode(EcPublicJwk.self, from: data), at: "")
        } catch {
            throw ServiceConfiguration.Invalid(
                description: "accounts.operatorKeyFile is not a public P-256 JWK: \(keyFile)"
            )
        }
    }

    /// The operator as a client; it stands for itself and belongs to no community.
    var client: TokenClient {
        TokenClient(
            id: Self.id,
            kind: .organisation,
            party: Self.id,
            community: nil,
            roles: [.operator],
            key: key,
            terminal: nil
        )
    }
}
