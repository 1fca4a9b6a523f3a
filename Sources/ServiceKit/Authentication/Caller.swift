package import API
package import FoundationEssentials

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

    /// The community, for operations that need one; throws 403 for the operator.
    package func requireCommunity() throws -> UUID {
        guard let community else {
            throw Problem(.insufficientScope, "This needs a caller of a community.")
        }
        return community
    }

    /// Whether the caller holds a scope.
    package func may(_ scope: Scope) -> Bool { scopes.contains(scope) }
}
