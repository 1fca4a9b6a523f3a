import API
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// How much each address and each client may ask of this instance.
///
/// The address is judged first, before anything is read or verified; the client once its token is
/// known to be good. Token requests and enrolments, which come without a token, have limits of their
/// own, because every guess is one.
final class RequestLimits: Sendable {
    let proxies: TrustedProxies
    private let addresses: TokenBuckets
    private let clients: TokenBuckets
    private let tokens: TokenBuckets
    private let enrolments: TokenBuckets

    init(_ settings: LimitSettings, proxies: TrustedProxies) {
        self.proxies = proxies
        addresses = TokenBuckets(settings.address)
        clients = TokenBuckets(settings.client)
        tokens = TokenBuckets(settings.token, most: 16_384)
        enrolments = TokenBuckets(settings.enrolment, most: 16_384)
    }

    /// Counts a request of any kind; throws 429.
    func countAddress(_ context: ServiceContext) throws {
        try count(context.clientAddress?.block ?? 0, in: addresses, context)
    }

    /// Counts a request of whoever has a good token; throws 429.
    func countClient(_ caller: Caller, _ context: ServiceContext) throws {
        try count(caller.client, in: clients, context)
    }

    /// Counts a request by which a token or a device is got; throws 429.
    func countCredential(_ operation: API.Operation, _ context: ServiceContext) throws {
        let address = context.clientAddress?.block ?? 0
        switch operation {
        case .issueToken: try count(address, in: tokens, context)
        case .enrol: try count(address, in: enrolments, context)
        default: break
        }
    }

    private func count(
        _ key: some Hashable & Sendable,
        in buckets: TokenBuckets,
        _ context: ServiceContext
    ) throws {
        let now = Int64(NIODeadline.now().uptimeNanoseconds)
        let standing = buckets.take(key, now: now)
        context.account.note(standing, of: buckets.quota)
        guard !standing.isAllowed else { return }
        throw Problem(
            .tooManyRequests,
            "At most \(buckets.quota.requests) requests in \(buckets.quota.seconds) seconds.",
            headers: [.retryAfter: String(standing.retryAfterSeconds)]
        )
    }
}

/// What one request was told about limits, for the headers of its answer (the IETF's draft
/// "RateLimit header fields for HTTP").
final class RateAccount: Sendable {
    private struct Entry {
        let quota: Quota
        let standing: TokenBuckets.Standing
    }

    private let entries = Mutex<[Entry]>([])

    func note(_ standing: TokenBuckets.Standing, of quota: Quota) {
        entries.withLock { $0.append(Entry(quota: quota, standing: standing)) }
    }

    /// Sets `RateLimit-Policy` and `RateLimit` to whatever limits were looked at.
    func addHeaders(to headers: inout HTTPFields) {
        let entries = self.entries.withLock { $0 }
        guard let first = entries.first else { return }
        var policy = first.quota.policy
        var limit = Self.item(first)
        for entry in entries.dropFirst() {
            policy += ", " + entry.quota.policy
            limit += ", " + Self.item(entry)
        }
        headers[.rateLimitPolicy] = policy
        headers[.rateLimit] = limit
    }

    private static func item(_ entry: Entry) -> String {
        "\"\(entry.quota.name)\";r=\(entry.standing.remaining);t=\(entry.standing.resetSeconds)"
    }
}

extension HTTPField.Name {
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
}
