import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about payouts. The database alone takes coins out of their accounts.
enum PayoutQueries {
    /// How much could be paid out now, in minor units; `nil` when the coin has no such account.
    static func available(
        from source: PayoutSource,
        _ programme: UUID?,
        of coin: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Int64? {
        try connection.query(
            """
            SELECT merchant.available_for_payout(\(community), \(coin), \(source.rawValue),
                                                 \(programme))
            """
        ).one().decode(Int64?.self)
    }

    /// What a coin has kept.
    static func kept(
        of coin: CoinDigits,
        _ community: UUID,
        _ connection: Connection
    ) throws -> KeptCoins {
        func amount(_ source: PayoutSource) throws -> Amount {
            coin.amount(
                try available(from: source, nil, of: coin.code, community, connection) ?? 0
            )
        }
        return KeptCoins(
            fees: try amount(.fees),
            communityShare: try amount(.communityShare),
            depreciation: try amount(.depreciation)
        )
    }

    static func insert(
        _ act: ProposePayout,
        _ creation: PayoutCreation,
        amount: Int64,
        iban: String,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.payout (community_id, id, coin, source, programme_id, amount,
                                         creditor_name, creditor_iban, reason, proposed_by,
                                         proposed_at)
            VALUES (\(act.community), \(act.id), \(creation.coin), \(creation.source.rawValue),
                    \(creation.programmeId?.uuid), \(amount), \(creation.creditorName), \(iban),
                    \(creation.reason), \(act.client), \(Timestamp(act.now)))
            """
        )
    }

    /// What the database says to a decision: `approved`, `rejected`, or why not. Without an IBAN
    /// it is a rejection.
    static func decide(
        _ act: DecidePayout,
        iban: String?,
        rejection: String?,
        _ connection: Connection
    ) throws -> String {
        try connection.query(
            """
            SELECT merchant.decide_payout(\(act.community), \(act.id), \(act.client), \(iban),
                                          \(rejection), \(act.endToEndID), \(Timestamp(act.now)))
            """
        ).one().decode(String.self)
    }

    /// What a bank says about it comes after what was decided.
    private static let state = """
        CASE WHEN r.state IS NULL OR r.state = 'requested' THEN p.state ELSE r.state END
        """

    private static let columns = """
        SELECT p.id, p.coin, c.digits, p.source, p.programme_id, p.amount, p.creditor_name,
               p.creditor_iban, p.reason, \(state),
               r.end_to_end_id, p.proposed_at, p.decided_at, p.rejection_reason, r.settled_at,
               r.returned_at, r.return_reason
          FROM merchant.payout p
          JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
          LEFT JOIN merchant.redemption r ON r.community_id = p.community_id AND r.id = p.id
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE p.community_id = \(community) AND p.id = \(id)
        """
    }

    /// A payout that is there.
    static func payout(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Payout {
        let found = try payouts(connection.query(find(id, community)))
        guard let payout = found.first else { throw Problem.notFound("payout") }
        return payout
    }

    /// Newest first.
    static func list(in state: String?, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE p.community_id = \(community)
           AND (\(state)::text IS NULL OR \(rawSQL: Self.state) = \(state))
           AND (\(before)::uuid IS NULL OR p.id < \(before))
         ORDER BY p.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func payouts(_ rows: Rows) throws -> [Payout] {
        try rows.map { row in
            let (
                id, coin, digits, sourceText, programme, amount, name, iban, reason, stateText,
                endToEnd, proposedAt, decidedAt, rejection, settledAt, returnedAt, returnReason
            ) = try row.decode(
                UUID.self,
                String.self,
                Int16.self,
                String.self,
                UUID?.self,
                Int64.self,
                String.self,
                String.self,
                String.self,
                String.self,
                String?.self,
                Timestamp.self,
                Timestamp?.self,
                String?.self,
                Timestamp?.self,
                Timestamp?.self,
                String?.self
            )
            guard let source = PayoutSource(rawValue: sourceText),
                let state = PayoutState(rawValue: stateText)
            else { throw PostgresError.decoding("unknown source or state of a payout") }
            return Payout(
                id: Identifier(id),
                source: source,
                programmeId: programme.map { Identifier($0) },
                amount: Amount(minorUnits: amount, coin: coin, digits: Int(digits)),
                euro: EuroAmount(cents: amount),
                creditorName: name,
                creditorIban: iban,
                reason: reason,
                state: state,
                endToEndId: endToEnd,
                proposedAt: Instant(proposedAt),
                decidedAt: decidedAt.map { Instant($0) },
                rejectionReason: rejection,
                settledAt: settledAt.map { Instant($0) },
                returnedAt: returnedAt.map { Instant($0) },
                returnReason: returnReason
            )
        }
    }
}
