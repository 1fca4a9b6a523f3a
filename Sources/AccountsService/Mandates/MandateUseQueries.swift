import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of what was done under mandates.
enum MandateUseQueries {
    static func page(
        _ view: MandateView,
        of community: UUID,
        mandate: UUID?,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT id, mandate_id, operation, act_id, client_id, agent_id, principal_id, amount,
               used_at
          FROM accounts.mandate_use
         WHERE community_id = \(community)
           AND (\(view.party) IS NULL OR principal_id = \(view.party) OR agent_id = \(view.party))
           AND (\(view.only) IS NULL OR mandate_id = \(view.only))
           AND (\(mandate) IS NULL OR mandate_id = \(mandate))
           AND (\(cursor) IS NULL OR id < \(cursor))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func uses(_ rows: Rows) throws -> [MandateUse] {
        try rows.map { row in
            let (id, mandate, operation, act, client, agent, principal, amount, usedAt) =
                try row.decode(
                    UUID.self,
                    UUID.self,
                    String.self,
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    UUID.self,
                    Int64.self,
                    Timestamp.self
                )
            return MandateUse(
                id: Identifier(id),
                mandateId: Identifier(mandate),
                operation: operation,
                actId: Identifier(act),
                clientId: Identifier(client),
                agentId: Identifier(agent),
                principalId: Identifier(principal),
                amount: EuroAmount(cents: amount),
                usedAt: Instant(usedAt)
            )
        }
    }
}
