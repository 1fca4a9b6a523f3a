package import FoundationEssentials

/// Whose rows the statements of a task see and write, by the row-level security of the tables.
///
/// It holds for everything that the task, and what it starts by `async let` or in a group, does with
/// any `Database`. It is there for filters that we forget, not for SQL that somebody else makes up:
/// a session can say what it likes.
package enum Tenant: Sendable, Hashable {
    /// No community's.
    case nobody
    /// Those of one community.
    case community(UUID)
    /// Those of all, for work that says so by `acrossCommunities`.
    case everyCommunity

    /// Nil where the task does not say.
    @TaskLocal package static var current: Tenant?
}

extension Tenant {
    /// Does work for this tenant. Rethrows what the work throws.
    package func perform<T>(
        isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> T
    ) async rethrows -> T {
        try await Self.$current.withValue(self, operation: work, isolation: isolation)
    }

    /// Does work that is about more than one community, or finds out about which one it is. Every
    /// use is on a list with its reason, which a test holds against the sources.
    package static func acrossCommunities<T>(
        isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> T
    ) async rethrows -> T {
        try await everyCommunity.perform(isolation: isolation, work)
    }

    /// What comes after SET; a policy reads it.
    var assignment: String {
        switch self {
        case .nobody: "wijkmunt.community = ''"
        case .community(let id): "wijkmunt.community = '\(id.uuidString)'"
        case .everyCommunity: "wijkmunt.community = 'every'"
        }
    }
}
