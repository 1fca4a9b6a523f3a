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
                                          expires_at)
            VALUES (\(community), \(payment.id), \(payment.merchant.id.uuid),
                    \(payment.shop.id.uuid), \(payment.terminal), \(payment.coin),
                    \(payment.amount), \(payment.reference), \(payment.challenge),
                    \(Timestamp(payment.requestedAt)), \(Timestamp(payment.expiresAt)))
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
        _ attempt: AcceptPayment.Attempt,
        id: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.locality_refusal (community_id, id, payment_id, verdict,
                                                   judged_at)
            VALUES (\(attempt.community), \(id), \(attempt.payment),
                    \(WireJSON.text(verdict)), \(Timestamp(verdict.judgedAt)))
            """
        )
    }

    static func markAccepted(
        _ payment: StoredPayment,
        _ attempt: AcceptPayment.Attempt,
        wallet: UUID,
        verdict: API.LocalityVerdict,
        at now: Instant,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.payment
               SET state = 'accepted', accepted_at = \(Timestamp(now)), wallet_id = \(wallet),
                   payer_client_id = \(attempt.caller.client),
                   payer_party_id = \(attempt.caller.party),
                   approval = \(attempt.acceptance.approval),
                   verdict = \(WireJSON.text(verdict)), transfer_id = \(payment.id)
             WHERE community_id = \(attempt.community) AND id = \(payment.id)
               AND state = 'requested'
            """
        )
    }

    static func insertRefund(
        _ act: RefundPayment,
        _ payment: StoredPayment,
        reason: String?,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.refund (community_id, id, payment_id, amount, reason,
                                         transfer_id, refunded_by, refunded_at)
            VALUES (\(act.community), \(act.id), \(payment.id), \(payment.amount), \(reason),
                    \(act.id), \(act.caller.client), \(Timestamp(act.now)))
            """
        )
        _ = try connection.execute(
            """
            UPDATE merchant.payment SET state = 'refunded'
             WHERE community_id = \(act.community) AND id = \(payment.id) AND state = 'accepted'
            """
        )
    }
}
