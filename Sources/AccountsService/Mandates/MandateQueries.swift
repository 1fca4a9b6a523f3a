import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of mandates.
enum MandateQueries {
    static func insert(
        _ mandate: Mandate,
        limitPerAct: Int64?,
        limitPerDay: Int64?,
        by client: UUID,
        community: UUID
    ) -> SQL {
        """
        INSERT INTO accounts.mandate (community_id, id, principal_id, agent_id, kind, scopes,
                                      limit_per_act, limit_per_day, shops, decision, valid_from,
                                      valid_until, given_by, created_at)
        VALUES (\(community), \(mandate.id.uuid), \(mandate.principalId.uuid),
                \(mandate.agentId.uuid), \(mandate.kind.rawValue),
                \(mandate.scopes.map(\.rawValue)), \(limitPerAct), \(limitPerDay),
                \(mandate.shops.map { $0.map(\.uuid) }), \(mandate.decision),
                \(Timestamp(mandate.validFrom)), \(Timestamp(mandate.validUntil)), \(client),
                \(Timestamp(mandate.createdAt)))
        """
    }

    /// The parties of the community among these.
    static func kinds(of parties: [UUID], community: UUID) -> SQL {
        """
        SELECT id, kind FROM accounts.party
         WHERE community_id = \(community) AND id = ANY (\(parties))
        """
    }

    static func kinds(_ rows: Rows) throws -> [UUID: String] {
        Dictionary(uniqueKeysWithValues: try rows.map { try $0.decode(UUID.self, String.self) })
    }

    static func mandate(_ id: UUID, of community: UUID) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.mandate
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func page(
        _ view: MandateView,
        of community: UUID,
        principal: UUID?,
        agent: UUID?,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM accounts.mandate
         WHERE community_id = \(community)
           AND (\(view.party) IS NULL OR principal_id = \(view.party) OR agent_id = \(view.party))
           AND (\(view.only) IS NULL OR id = \(view.only))
           AND (\(principal) IS NULL OR principal_id = \(principal))
           AND (\(agent) IS NULL OR agent_id = \(agent))
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    /// Which mandates a revocation names: one, or those that a party gave or got.
    enum Named: String {
        case itself = "id"
        case byGiver = "principal_id"
        case byAgent = "agent_id"
    }

    /// Ends those that were not ended before.
    static func revoke(_ mandates: Named, _ order: RevocationOrder) -> SQL {
        """
        UPDATE accounts.mandate
           SET revoked_at = \(Timestamp(order.now)), revoked_by = \(order.client),
               revocation_reason = \(order.reason)
         WHERE community_id = \(order.community) AND \(rawSQL: mandates.rawValue) = \(order.id)
           AND revoked_at IS NULL
        """
    }

    static func mandates(_ rows: Rows, at now: Instant) throws -> [Mandate] {
        try rows.map { row in
            let (
                id, principal, agent, kind, scopes, perAct, perDay, shops, decision, from, until,
                revokedAt, createdAt
            ) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                String.self,
                [String].self,
                Int64?.self,
                Int64?.self,
                [UUID]?.self,
                String?.self,
                Timestamp.self,
                Timestamp.self,
                Timestamp?.self,
                Timestamp.self
            )
            guard let kind = MandateKind(rawValue: kind) else {
                throw PostgresError.decoding("unknown kind of mandate")
            }
            let (validFrom, validUntil) = (Instant(from), Instant(until))
            return Mandate(
                id: Identifier(id),
                principalId: Identifier(principal),
                agentId: Identifier(agent),
                kind: kind,
                scopes: scopes.compactMap(Scope.init(rawValue:)),
                limitPerAct: perAct.map(EuroAmount.init(cents:)),
                limitPerDay: perDay.map(EuroAmount.init(cents:)),
                shops: shops?.map(Identifier.init),
                decision: decision,
                state: revokedAt != nil
                    ? .revoked
                    : validUntil <= now ? .ended : validFrom > now ? .upcoming : .active,
                validFrom: validFrom,
                validUntil: validUntil,
                createdAt: Instant(createdAt)
            )
        }
    }

    private static let columns = """
        id, principal_id, agent_id, kind, scopes, limit_per_act, limit_per_day, shops, decision,
        valid_from, valid_until, revoked_at, created_at
        """
}
