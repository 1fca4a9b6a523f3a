import API
import ArgumentParser
import FoundationEssentials

/// What every command that calls a service takes.
struct SessionOptions: ParsableArguments {
    @Option(help: "Who you are: the name of a profile (or WIJKMUNT_PROFILE).")
    var profile: String?

    @Option(help: "Where profiles are (or WIJKMUNT_PROFILES).")
    var profileDir: String?

    @Option(help: "Act for somebody else, under this mandate.")
    var mandate: Identifier?

    @Option(name: .shortAndLong, help: "How to answer: table or json.")
    var output: OutputFormat = .table

    /// The profiles on this machine.
    var store: ProfileStore {
        let given = profileDir ?? ProcessInfo.processInfo.environment["WIJKMUNT_PROFILES"]
        return ProfileStore(directory: given ?? ".wijkmunt/profiles")
    }

    /// Opens a session that may call the operation.
    func open(for operation: API.Operation) throws -> Session {
        let chosen = try choose(for: operation)
        let key = try store.key(of: chosen)
        return Session(
            name: chosen.name,
            profile: chosen.profile,
            key: key,
            output: output,
            mandate: mandate,
            client: try client(of: chosen, key)
        )
    }

    private func client(of chosen: ProfileStore.Named, _ key: SigningKey) throws -> ServiceClient {
        let profile = chosen.profile
        guard profile.kind == .official else {
            return ServiceClient(
                urls: profile.urls,
                clientId: profile.clientId,
                key: key,
                mandate: mandate
            )
        }
        return ServiceClient(urls: profile.urls, held: try store.heldToken(of: chosen), key: key)
    }

    /// The addresses of the services, as any profile has them; for anonymous operations.
    func urls() throws -> ServiceURLs {
        if let named = try named() { return named.profile.urls }
        guard let first = try store.all().first else {
            throw CommandFailure(
                "there are no profiles in \(store.directory); run `wijkmunt up` first, "
                    + "or name a directory with --profile-dir"
            )
        }
        return first.profile.urls
    }

    private func named() throws -> ProfileStore.Named? {
        let name = profile ?? ProcessInfo.processInfo.environment["WIJKMUNT_PROFILE"]
        return try name.map { try store.read($0) }
    }

    /// The named profile, else the obvious one: the oldest organisation that may do this, or the
    /// only device. With several communities, or several wallets, nothing is obvious.
    private func choose(for operation: API.Operation) throws -> ProfileStore.Named {
        if let named = try named() { return named }
        guard mandate == nil else {
            throw CommandFailure("say with --profile who acts under the mandate")
        }
        let all = try store.all()
        let able = all.filter { $0.profile.mayCall(operation) }
        let organisations = able.filter { $0.profile.kind == .organisation }
        let candidates = organisations.isEmpty ? able : organisations
        guard let first = candidates.first else {
            let reason =
                all.isEmpty ? "there are none; run `wijkmunt up` first" : "none may do this"
            throw CommandFailure("no profile in \(store.directory): \(reason)")
        }
        let isObvious =
            candidates.count == 1
            || !organisations.isEmpty
                && candidates.allSatisfy { $0.profile.communityId == first.profile.communityId }
        guard isObvious else {
            let names = candidates.map(\.name).joined(separator: ", ")
            throw CommandFailure("several profiles may do this (\(names)); choose with --profile")
        }
        if candidates.count > 1 { note("as \(first.name)") }
        return first
    }
}

/// What a command that writes takes besides.
struct WriteOptions: ParsableArguments {
    @Option(help: "Repeat an earlier request safely by giving its key; random by default.")
    var idempotencyKey: String?
}

/// What a command that lists takes besides.
struct PageOptions: ParsableArguments {
    @Option(help: "At most so many, 1 to 250.")
    var limit: Int?

    @Option(help: "Where the page before ended.")
    var cursor: String?

    /// As query parameters.
    var query: [(String, String?)] {
        [("limit", limit.map(String.init)), ("cursor", cursor)]
    }
}

/// Somebody who calls services.
struct Session: Sendable {
    let name: String
    let profile: Profile
    let key: SigningKey
    let output: OutputFormat
    /// Under which the profile acts for somebody else.
    let mandate: Identifier?
    let client: ServiceClient
}

extension Identifier: ExpressibleByArgument {}
extension Instant: ExpressibleByArgument {}
