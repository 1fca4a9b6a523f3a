import API
import FoundationEssentials
import JWTKit
import Postgres
import ServiceKit

/// A mandate in force, as a token tells of it.
struct GrantedMandate: Sendable {
    let id: UUID
    let principal: UUID
    let agent: UUID
    let kind: MandateKind
    let scopes: [Scope]
    let shops: [UUID]?
    /// Minor units.
    let limitPerAct: Int64?
    /// Minor units.
    let limitPerDay: Int64?
    let validUntil: Timestamp

    /// A row when the mandate was given to the agent and is in force.
    static func inForce(_ id: UUID, of agent: UUID, community: UUID) -> SQL {
        """
        SELECT id, principal_id, agent_id, kind, scopes, shops, limit_per_act, limit_per_day,
               valid_until
          FROM accounts.mandate
         WHERE community_id = \(community) AND id = \(id) AND agent_id = \(agent)
           AND revoked_at IS NULL
           AND clock_timestamp() >= valid_from AND clock_timestamp() < valid_until
        """
    }

    static func mandate(_ rows: Rows) throws -> GrantedMandate? {
        try rows.first.map { row in
            let (id, principal, agent, kind, scopes, shops, perAct, perDay, until) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    String.self,
                    [String].self,
                    [UUID]?.self,
                    Int64?.self,
                    Int64?.self,
                    Timestamp.self
                )
            guard let kind = MandateKind(rawValue: kind) else {
                throw PostgresError.decoding("unknown kind of mandate")
            }
            return GrantedMandate(
                id: id,
                principal: principal,
                agent: agent,
                kind: kind,
                // What the kind no longer allows, no mandate of before allows.
                scopes: scopes.compactMap(Scope.init(rawValue:)).filter(kind.role.scopes.contains),
                shops: shops,
                limitPerAct: perAct,
                limitPerDay: perDay,
                validUntil: until
            )
        }
    }

    /// Makes a token of the agent one on behalf of the principal, which ends with the mandate at
    /// the latest; throws 400 when less than a second is left.
    func narrow(_ token: inout ServiceKit.AccessToken) throws {
        token.sub = SubjectClaim(value: Identifier(principal).description)
        token.act = ActorClaim(sub: Identifier(agent).description)
        token.roles = [kind.role.rawValue]
        token.mandate = MandateClaim(
            id: Identifier(id).description,
            kind: kind.rawValue,
            shops: shops?.map { Identifier($0).description },
            limitPerAct: limitPerAct,
            limitPerDay: limitPerDay
        )
        let end = Date(
            timeIntervalSince1970: Double(Instant(validUntil).microseconds / 1_000_000)
        )
        if end < token.exp.value { token.exp = ExpirationClaim(value: end) }
        guard token.exp.value > token.iat.value else {
            throw TokenRefusal.invalidMandate.problem
        }
    }
}
