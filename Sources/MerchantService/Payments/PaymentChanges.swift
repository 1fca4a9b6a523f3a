import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL that changes payments.
extension PaymentQueries {
    static func insert(
        _ payment: StoredPayment,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.payment (community_id, id, merchant_id, shop_id, terminal_id,
                                          coin, amount, reference, challenge, requested_at,
                                          expires_at, request_mandate_id, is_at_distance,
                                          hold_seconds, vat_rates, vat_amounts)
            VALUES (\(community), \(payment.id), \(payment.merchant.id.uuid),
                    \(payment.shop.id.uuid), \(payment.terminal), \(payment.coin),
                    \(payment.amount), \(payment.reference), \(payment.challenge),
                    \(Timestamp(payment.requestedAt)), \(Timestamp(payment.expiresAt)),
                    \(payment.requestMandate), \(payment.isAtDistance),
                    \(payment.holdSeconds.map { Int32($0) }), \(payment.vat?.rates),
                    \(payment.vat?.amounts))
            """
        )
    }

    /// Holds the payment still until the transaction ends; before any ledger account, always.
    static func lock(_ id: UUID, _ community: UUID, _ connection: Connection) throws {
        _ = try connection.query(
            """
            SELECT FROM merchant.payment WHERE community_id = \(community) AND id = \(id)
               FOR NO KEY UPDATE
            """
        )
    }

    static func keepRefusal(
        _ verdict: API.LocalityVerdict,
        of payment: UUID,
        _ community: UUID,
        id: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.locality_refusal (community_id, id, payment_id, verdict,
                                                   judged_at)
            VALUES (\(community), \(id), \(payment),
                    \(WireJSON.text(verdict)), \(Timestamp(verdict.judgedAt)))
            """
        )
    }
}
