import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL of payments by card.
enum CardPaymentQueries {
    /// Counts a try.
    static func count(
        _ request: GroupedRequest,
        fingerprint: [UInt8],
        payment: UUID,
        numberHash: [UInt8],
        guess: [UInt8]
    ) -> SQL {
        """
        SELECT accounts.try_card(\(request.community), \(request.client), \(request.key),
                                 \(fingerprint), \(payment), \(numberHash), \(guess))
        """
    }

    /// Says what a counted try was.
    static func judge(_ request: GroupedRequest) -> SQL {
        """
        SELECT accounts.judge_card_try(\(request.community), \(request.client), \(request.key))
        """
    }

    /// Moves the money.
    static func accept(
        _ payment: UUID,
        at terminal: UUID,
        _ request: GroupedRequest,
        _ verdict: API.LocalityVerdict,
        _ limits: CardLimits,
        at now: Instant
    ) -> SQL {
        """
        SELECT merchant.accept_card_payment(
            \(request.community), \(payment), \(request.client), \(terminal), \(request.key),
            \(WireJSON.text(verdict)), \(Int32(verdict.policyVersion)),
            \(verdict.geofenceVersion.map { Int32($0) }), \(Timestamp(now)), \(limits.payment),
            \(limits.day))
        """
    }

    @Sendable static func word(_ rows: Rows) throws -> String {
        try rows.one().decode(String.self)
    }
}
