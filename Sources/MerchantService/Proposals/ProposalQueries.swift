import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL of proposals.
enum ProposalQueries {
    private static let columns = """
        SELECT o.id, o.merchant_id, m.name, o.shop_id, s.name, o.terminal_id, o.coin, c.digits,
               o.amount, o.reference, o.match_code, o.proposer_client_id, o.proposer_party_id,
               o.proposed_at, o.expires_at, o.decision
          FROM merchant.payment_proposal o
          JOIN merchant.merchant m ON m.community_id = o.community_id AND m.id = o.merchant_id
          JOIN merchant.shop s ON s.community_id = o.community_id AND s.id = o.shop_id
          JOIN accounts.coin c ON c.community_id = o.community_id AND c.code = o.coin
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        "\(rawSQL: columns) WHERE o.community_id = \(community) AND o.id = \(id)"
    }

    /// Holds the proposal still until the transaction ends, and tells what was decided.
    static func lock(_ id: UUID, _ community: UUID, _ connection: Connection) throws -> String? {
        try connection.query(
            """
            SELECT decision FROM merchant.payment_proposal
             WHERE community_id = \(community) AND id = \(id) FOR NO KEY UPDATE
            """
        ).one().decode(String?.self)
    }

    /// What waits at the caller's till, or at the merchant's that a cashier's mandate reaches.
    static func waiting(
        _ community: UUID,
        _ caller: Caller,
        at now: Instant,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE o.community_id = \(community) AND o.merchant_id = \(caller.party)
           AND (\(caller.terminal)::uuid IS NULL OR o.terminal_id = \(caller.terminal))
           AND (\(caller.shops)::uuid[] IS NULL OR o.shop_id = ANY (\(caller.shops)))
           AND o.decision IS NULL AND o.expires_at >= \(Timestamp(now))
           AND (\(before)::uuid IS NULL OR o.id < \(before))
         ORDER BY o.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func proposals(_ rows: Rows) throws -> [StoredProposal] {
        try rows.map { row in
            let (
                id, merchant, merchantName, shop, shopName, terminal, coin, digits, amount,
                reference, matchCode, client, proposer, proposedAt, expiresAt, decision
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                Int16.self,
                Int64.self,
                String?.self,
                String.self,
                UUID.self,
                UUID.self,
                Timestamp.self,
                Timestamp.self,
                String?.self
            )
            return StoredProposal(
                id: id,
                merchant: NamedReference(id: Identifier(merchant), name: merchantName),
                shop: NamedReference(id: Identifier(shop), name: shopName),
                terminal: terminal,
                coin: coin,
                digits: Int(digits),
                amount: amount,
                reference: reference,
                matchCode: matchCode,
                proposerClient: client,
                proposer: proposer,
                proposedAt: Instant(proposedAt),
                expiresAt: Instant(expiresAt),
                decision: decision.flatMap(PaymentProposalState.init(rawValue:))
            )
        }
    }

    /// Withdraws what the payer proposed before, and answers how many wait at the till.
    static func makeRoom(
        at terminal: UUID,
        _ community: UUID,
        for caller: Caller,
        at now: Instant,
        _ connection: Connection
    ) throws -> Int {
        let waiting = try connection.query(
            """
            SELECT merchant.make_room_for_proposal(
                \(community), \(terminal), \(caller.client), \(caller.party), \(Timestamp(now)))
            """
        ).one().decode(Int32.self)
        return Int(waiting)
    }

    static func insert(
        _ proposal: StoredProposal,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.payment_proposal (
                community_id, id, merchant_id, shop_id, terminal_id, coin, amount, reference,
                match_code, proposer_client_id, proposer_party_id, proposed_at, expires_at)
            VALUES (\(community), \(proposal.id), \(proposal.merchant.id.uuid),
                    \(proposal.shop.id.uuid), \(proposal.terminal), \(proposal.coin),
                    \(proposal.amount), \(proposal.reference), \(proposal.matchCode),
                    \(proposal.proposerClient), \(proposal.proposer),
                    \(Timestamp(proposal.proposedAt)), \(Timestamp(proposal.expiresAt)))
            """
        )
    }

    static func decide(
        _ id: UUID,
        _ community: UUID,
        _ decision: PaymentProposalVerdict,
        by client: UUID,
        at now: Instant,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.payment_proposal
               SET decision = \(decision.rawValue), decided_by = \(client),
                   decided_at = \(Timestamp(now))
             WHERE community_id = \(community) AND id = \(id)
            """
        )
    }
}
