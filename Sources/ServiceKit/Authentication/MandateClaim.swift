import API
import FoundationEssentials
import JWTKit

/// Who acts, when it is not the subject (RFC 8693 section 4.1).
package struct ActorClaim: Codable, Sendable {
    /// The party's id.
    package let sub: String

    package init(sub: String) { self.sub = sub }
}

/// The mandate under which a token was issued, as the agent and every service may read it.
package struct MandateClaim: Codable, Sendable {
    package let id: String
    package let kind: String
    /// Only these shops; absent for all.
    package let shops: [String]?
    /// The most that one act moves, in minor units; absent without limit.
    package let limitPerAct: Int64?
    /// The most that the acts of one day move, in minor units; absent without limit.
    package let limitPerDay: Int64?

    private enum CodingKeys: String, CodingKey {
        case id, kind, shops
        case limitPerAct = "limit_per_act"
        case limitPerDay = "limit_per_day"
    }

    package init(
        id: String,
        kind: String,
        shops: [String]?,
        limitPerAct: Int64?,
        limitPerDay: Int64?
    ) {
        self.id = id
        self.kind = kind
        self.shops = shops
        self.limitPerAct = limitPerAct
        self.limitPerDay = limitPerDay
    }
}

extension AccessToken {
    /// The mandate of the caller: `nil` inside for whoever acts for themselves, `nil` outside when
    /// a claim is not of our making.
    func callerMandate() -> Caller.Mandate?? {
        guard act != nil || mandate != nil else { return .some(nil) }
        guard let act, let mandate, let agent = UUID(uuidString: act.sub),
            let id = UUID(uuidString: mandate.id)
        else { return nil }
        let shops = mandate.shops.map { $0.compactMap { UUID(uuidString: $0) } }
        guard shops?.count == mandate.shops?.count else { return nil }
        return Caller.Mandate(
            id: id,
            agent: agent,
            shops: shops.map { Set($0) },
            endsAt: Instant(microseconds: Int64(exp.value.timeIntervalSince1970) * 1_000_000)
        )
    }
}
