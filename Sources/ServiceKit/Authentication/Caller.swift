package import API
import Crypto
package import FoundationEssentials
import Postgres

/// Who calls, as the access token says.
package struct Caller: Sendable, Hashable {
    /// Stands where there is no community: the operator's acts.
    package static let noCommunity = UUID(
        uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    )

    /// The party on whose behalf (`sub`).
    package let party: UUID
    /// The device, official or system that acts (`client_id`).
    package let client: UUID
    /// The tenant; `nil` for the operator only.
    package let community: UUID?
    package let roles: Set<Role>
    package let scopes: Set<Scope>
    /// Set for terminals only.
    package let terminal: UUID?
    /// When the token was issued, in whole seconds.
    package let tokenIssuedAt: Instant
    /// The thumbprint of the key that the token is bound to; `nil` for a bearer token.
    package let tokenKey: String?
    /// Set for whoever acts for another.
    package var mandate: Mandate?

    /// Under which somebody acts for another.
    package struct Mandate: Sendable, Hashable {
        package let id: UUID
        /// The party that acts.
        package let agent: UUID
        /// Only these shops; `nil` for all.
        package let shops: Set<UUID>?
        /// When the token ends, and with it everything that it opened.
        package let endsAt: Instant
    }

    /// The party that acts: the caller's own, or the agent of the mandate.
    package var actor: UUID { mandate?.agent ?? party }

    /// The shops of the caller's mandate; `nil` for all.
    package var shops: [UUID]? {
        guard let shops = mandate?.shops else { return nil }
        return Array(shops)
    }

    /// Whether the caller's mandate, if any, reaches a shop.
    package func reaches(shop: UUID) -> Bool { mandate?.shops?.contains(shop) ?? true }

    /// The community, for operations that need one; throws 403 for the operator.
    package func requireCommunity() throws -> UUID {
        guard let community else {
            throw Problem(.insufficientScope, "This needs a caller of a community.")
        }
        return community
    }

    /// Whose rows the caller's requests are about; the operator's own are of no community.
    var tenant: Tenant {
        let community = community ?? Self.noCommunity
        return institution.map { .institution($0, of: community) } ?? .community(community)
    }

    /// The party for which an official pays benefits, whatever scopes the token has: the programmes of
    /// others are not there for them. `nil` for everybody else.
    package var institution: UUID? {
        roles.isDisjoint(with: [.benefitsClerk, .benefitsApprover]) ? nil : party
    }

    /// Whether the caller holds a scope.
    package func may(_ scope: Scope) -> Bool { scopes.contains(scope) }
}

extension Caller {
    /// The fingerprint of a request of this caller: under a mandate it is another request than
    /// without, though method, path and body are the same.
    func fingerprint(_ request: [UInt8]) -> [UInt8] {
        guard let mandate else { return request }
        var hash = SHA256()
        hash.update(data: request)
        hash.update(data: Array(Identifier(mandate.id).description.utf8))
        return [UInt8](hash.finalize())
    }
}
