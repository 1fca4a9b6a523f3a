import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL of reservations.
enum HoldQueries {
    /// Keeps the coins of a payment that was approved; a word.
    static func hold(_ accepted: AcceptPayment.Accepted) -> SQL {
        let (attempt, verdict) = (accepted.attempt, accepted.verdict)
        return """
            SELECT merchant.hold_payment(
                \(attempt.grouped.community), \(attempt.payment), \(attempt.grouped.client),
                \(attempt.grouped.party), \(attempt.grouped.mandate),
                \(attempt.grouped.requestID), \(accepted.wallet),
                \(attempt.acceptance.approval), \(WireJSON.text(verdict)),
                \(Int32(verdict.policyVersion)), \(verdict.geofenceVersion.map { Int32($0) }),
                \(Timestamp(attempt.at)), \(accepted.pots))
            """
    }

    /// The shop of a merchant's payment, which never changes; `nil` when it is not the merchant's.
    static func shop(
        of payment: UUID,
        merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> UUID? {
        try connection.query(
            """
            SELECT shop_id FROM merchant.payment
             WHERE community_id = \(community) AND id = \(payment)
               AND merchant_id = \(merchant)
            """
        ).first?.decode(UUID.self)
    }

    /// What came of a capture, in minor units; nothing but the word when it is not `posted`.
    struct Captured {
        let word: String
        let taken: Int64?
        let allTaken: Int64?
        let open: Int64?
    }

    static func capture(
        _ payment: UUID,
        as id: UUID,
        by caller: Caller,
        _ creation: CaptureCreation,
        coin: String?,
        minorUnits: Int64?,
        vat: PaymentVAT?,
        _ community: UUID,
        at now: Instant,
        _ connection: Connection
    ) throws -> Captured {
        let rows = try connection.query(
            """
            SELECT outcome, taken, all_taken, left_open FROM merchant.capture_payment(
                \(community), \(payment), \(id), \(caller.client), \(caller.party),
                \(caller.mandate?.id), \(coin), \(minorUnits), \(creation.reference),
                \(creation.releasesRest ?? false), \(vat?.rates), \(vat?.amounts),
                \(Timestamp(now)))
            """
        )
        let (word, taken, allTaken, open) = try rows.one().decode(
            String.self,
            Int64?.self,
            Int64?.self,
            Int64?.self
        )
        return Captured(word: word, taken: taken, allTaken: allTaken, open: open)
    }

    /// Gives back what is still held; a word.
    static func void(
        _ payment: UUID,
        by caller: Caller,
        _ community: UUID,
        at now: Instant,
        _ connection: Connection
    ) throws -> String {
        try connection.query(
            """
            SELECT merchant.void_payment(\(community), \(payment), \(caller.client),
                                         \(caller.party), \(Timestamp(now)))
            """
        ).one().decode(String.self)
    }

    /// Ends reservations whose time is over; how many.
    static func expire(atMost limit: Int) -> SQL {
        "SELECT merchant.expire_holds(\(Int32(limit)))"
    }
}
