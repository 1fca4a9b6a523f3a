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
    /// Those of one community that an institution in it may see: of programmes and what hangs on them
    /// only its own.
    case institution(UUID, of: UUID)
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

    /// The command by which a session, which shows another's rows, shows these; policies read what it
    /// sets.
    func command(replacing former: Tenant, isLocal: Bool) -> String {
        guard institution == former.institution else {
            return """
                SELECT set_config('wijkmunt.community', '\(communities)', \(isLocal)), \
                set_config('wijkmunt.institution', '\(institution?.uuidString ?? "")', \(isLocal))
                """
        }
        return "SET \(isLocal ? "LOCAL " : "")wijkmunt.community = '\(communities)'"
    }

    private var communities: String {
        switch self {
        case .nobody: ""
        case .community(let id), .institution(_, of: let id): id.uuidString
        case .everyCommunity: "every"
        }
    }

    private var institution: UUID? {
        if case .institution(let id, _) = self { id } else { nil }
    }
}
