import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL of what payments are paid from.
enum PaymentPartQueries {
    static func usablePots(_ payment: UUID, _ community: UUID, of party: UUID) -> SQL {
        """
        SELECT pot, programme, programme_name, expires_at, available
          FROM merchant.usable_pots(\(community), \(payment), \(party))
        """
    }

    static func usablePots(_ rows: Rows, _ payment: StoredPayment) throws -> [UsablePot] {
        try rows.map { row in
            let (pot, programme, name, expiry, available) = try row.decode(
                UUID.self,
                UUID?.self,
                String?.self,
                Timestamp?.self,
                Int64.self
            )
            return UsablePot(
                id: Identifier(pot),
                programme: reference(programme, name),
                expiresAt: expiry.map { Instant($0) },
                available: payment.money(available)
            )
        }
    }

    static func offers(
        _ payment: UUID,
        _ community: UUID,
        to party: UUID,
        at now: Instant
    ) -> SQL {
        """
        SELECT discount, name, share
          FROM merchant.discounts_for(\(community), \(payment), \(party), NULL,
                                      \(Timestamp(now)))
        """
    }

    static func offers(_ rows: Rows, _ payment: StoredPayment) throws -> [DiscountOffer] {
        try rows.map { row in
            let (discount, name, share) = try row.decode(UUID.self, String.self, Int64.self)
            return DiscountOffer(
                discount: NamedReference(id: Identifier(discount), name: name),
                amount: payment.money(share),
                toPay: payment.money(payment.amount - share)
            )
        }
    }

    static func receipt(_ payment: UUID, _ community: UUID, of party: UUID) -> SQL {
        """
        SELECT pot, programme, programme_name, expires_at, discount_name, amount, returned
          FROM merchant.receipt(\(community), \(payment), \(party))
        """
    }

    static func receipt(_ rows: Rows, _ payment: StoredPayment) throws -> [ReceiptPart] {
        try rows.map { row in
            let (pot, programme, name, expiry, discount, amount, returned) = try row.decode(
                UUID?.self,
                UUID?.self,
                String?.self,
                Timestamp?.self,
                String?.self,
                Int64.self,
                Int64.self
            )
            return ReceiptPart(
                amount: payment.money(amount),
                returnedAmount: payment.money(returned),
                potId: pot.map { Identifier($0) },
                programme: reference(programme, name),
                expiresAt: expiry.map { Instant($0) },
                discountName: discount
            )
        }
    }

    static func refunds(
        of payment: UUID,
        _ community: UUID,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT id, amount, state, reason, refunded_at
          FROM merchant.refund
         WHERE community_id = \(community) AND payment_id = \(payment)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    static func refunds(_ rows: Rows, _ payment: StoredPayment) throws -> [Refund] {
        try rows.map { row in
            let (id, amount, word, reason, at) = try row.decode(
                UUID.self,
                Int64.self,
                String.self,
                String?.self,
                Timestamp.self
            )
            guard let state = RefundState(rawValue: word) else {
                throw PostgresError.decoding("a state of a refund")
            }
            return Refund(
                id: Identifier(id),
                paymentId: Identifier(payment.id),
                amount: payment.money(amount),
                state: state,
                reason: reason,
                refundedAt: Instant(at)
            )
        }
    }

    private static func reference(_ id: UUID?, _ name: String?) -> NamedReference? {
        guard let id, let name else { return nil }
        return NamedReference(id: Identifier(id), name: name)
    }
}
