import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about redemptions.
enum RedemptionQueries {
    static func insert(
        _ act: RequestRedemption,
        merchant: UUID,
        coin: String,
        amount: Int64,
        split: RedemptionTerms.Split,
        creditor: String,
        iban: String,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.redemption (community_id, id, merchant_id, coin, amount, fee,
                                             community_share, end_to_end_id, creditor_name,
                                             creditor_iban, requested_by, requested_at,
                                             scheduled_on)
            VALUES (\(act.community), \(act.id), \(merchant), \(coin), \(amount), \(split.fee),
                    \(split.communityShare), \(act.endToEndID), \(creditor), \(iban),
                    \(act.client), \(Timestamp(act.now)), \(act.scheduledOn))
            """
        )
    }

    private static let columns = """
        SELECT r.id, r.merchant_id, r.coin, c.digits, r.amount, r.fee, r.community_share, r.state,
               r.end_to_end_id, r.requested_at, r.scheduled_on, r.settled_at, r.returned_at,
               r.return_reason
          FROM merchant.redemption r
          JOIN accounts.coin c ON c.community_id = r.community_id AND c.code = r.coin
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community) AND r.id = \(id)
        """
    }

    /// Who settles sees all; a merchant their own.
    static func find(_ id: UUID, _ community: UUID, visibleTo caller: Caller) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community) AND r.id = \(id) AND r.merchant_id IS NOT NULL
           AND (\(caller.may(.settlementsRead)) OR r.merchant_id = \(caller.party))
        """
    }

    static func list(
        _ community: UUID,
        visibleTo caller: Caller,
        merchant: UUID?,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community) AND r.merchant_id IS NOT NULL
           AND (\(caller.may(.settlementsRead)) OR r.merchant_id = \(caller.party))
           AND (\(merchant)::uuid IS NULL OR r.merchant_id = \(merchant))
           AND (\(before)::uuid IS NULL OR r.id < \(before))
         ORDER BY r.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func redemptions(_ rows: Rows) throws -> [Redemption] {
        try rows.map { row in
            let (
                id, merchant, coin, digits, amount, fee, share, state, endToEnd, requestedAt,
                scheduledOn, settledAt, returnedAt, reason
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                Int16.self,
                Int64.self,
                Int64.self,
                Int64.self,
                String.self,
                String.self,
                Timestamp.self,
                Day?.self,
                Timestamp?.self,
                Timestamp?.self,
                String?.self
            )
            guard let state = RedemptionState(rawValue: state) else {
                throw PostgresError.decoding("unknown redemption state")
            }
            let digitCount = Int(digits)
            return Redemption(
                id: Identifier(id),
                merchantId: Identifier(merchant),
                amount: Amount(minorUnits: amount, coin: coin, digits: digitCount),
                fee: SignedAmount(minorUnits: fee, coin: coin, digits: digitCount),
                communityShare: SignedAmount(minorUnits: share, coin: coin, digits: digitCount),
                euro: EuroAmount(cents: amount - fee - share),
                state: state,
                endToEndId: endToEnd,
                requestedAt: Instant(requestedAt),
                scheduledOn: scheduledOn?.xmlDate,
                settledAt: settledAt.map { Instant($0) },
                returnedAt: returnedAt.map { Instant($0) },
                returnReason: reason
            )
        }
    }
}
