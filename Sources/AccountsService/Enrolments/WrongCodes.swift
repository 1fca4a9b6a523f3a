import API
import HTTPTypes
import Postgres
import ServiceKit

/// Finds activation codes, and counts the wrong ones for all instances, restarts included.
///
/// Wrong codes of one network have to wait soon; right ones pass, because many people may come from
/// one address, or from that of a proxy. When wrong codes come in masses, guessing is what goes on:
/// then networks that sent too many wait before anything is looked up, right or wrong. That bounds
/// the guesses of an hour to some thousands, of 2⁵⁵ codes.
struct WrongCodes: Sendable {
    /// Wrong codes of one network in a window.
    static let most = 20
    /// Wrong codes of all networks in a window, from which it is taken for guessing.
    static let mostOfAll = 1000
    /// The window, in microseconds.
    static let duration: Int64 = 600 * 1_000_000

    let database: Database
    let lookup: LookupKey

    /// Returns when a code with this hash was once issued. Throws `activation-code-invalid`, or
    /// `too-many-attempts` when it has to wait.
    func find(_ hash: [UInt8], from address: String, at now: Instant) async throws {
        let startedAt = now.microseconds - now.microseconds % Self.duration
        let count = WrongCodeQueries.Count(
            window: Timestamp(microseconds: startedAt),
            network: lookup.hash(ClientNetwork.of(address: address), kind: .network),
            all: lookup.hash("all", kind: .network)
        )
        let wait = startedAt + Self.duration - now.microseconds
        let seen = try await database.query(
            WrongCodeQueries.look(for: hash, count),
            WrongCodeQueries.seen
        )
        let isTooMany = seen.ofNetwork >= Self.most
        if isTooMany, seen.ofAll >= Self.mostOfAll { throw Self.waiting(wait) }
        if seen.isKnown { return }
        try await database.execute(WrongCodeQueries.increase(count))
        throw isTooMany ? Self.waiting(wait) : EnrolmentRefusal.codeInvalid.problem
    }

    /// Forgets windows that are over.
    func forget() async throws {
        try await database.execute(WrongCodeQueries.forgetPast)
    }

    private static func waiting(_ microseconds: Int64) -> Problem {
        Problem(
            .tooManyAttempts,
            "Too many wrong codes came from this address.",
            headers: [.init("Retry-After")!: String((microseconds + 999_999) / 1_000_000)]
        )
    }
}
