import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// The shop gives a payment back, whole or in part, to the pots it came from.
struct RefundPayment: Sendable {
    /// A refund that somebody asks for.
    struct Request: Sendable {
        let grouped: GroupedRequest
        /// The refund's id, and that of its transfer.
        let id: UUID
        let payment: UUID
        let creation: RefundCreation
        /// All that is left when `nil`.
        let minorUnits: Int64?
        let at: Instant
    }

    /// What became of it.
    struct Outcome: Sendable {
        let grouped: GroupedOutcome
        let refund: UUID
        let coin: String?
        let minorUnits: Int64?
        let at: Timestamp
    }

    /// Posts refunds of one community together.
    typealias Poster = GroupPoster<Request, Outcome>

    let poster: Poster
    /// For those who act for the merchant by mandate.
    let mandated: Poster
    let idempotency: Idempotency

    /// The merchant had too little; its next takings pay the refund.
    static let owed = "owed"

    func callAsFunction(_ call: Call<Caller>) async throws -> Reply {
        let body = try await call.body(RefundCreation.self)
        let request = Request(
            grouped: try call.grouped(fingerprint: body.fingerprint),
            id: call.clock.newID(),
            payment: try call.id("paymentId"),
            creation: body.value,
            minorUnits: try body.value.amount?.minorUnits(digits: CoinDigits.pegged),
            at: call.clock.now()
        )
        let isMandated = request.grouped.mandate != nil
        let outcome = try await (isMandated ? mandated : poster).post(request)
        return try await call.answer(outcome.grouped, of: request.grouped, idempotency) {
            let isOwed = outcome.grouped.word == Self.owed
            if !isOwed { try PaymentRefusal.requirePosted(outcome.grouped) }
            guard let coin = outcome.coin, let minorUnits = outcome.minorUnits else {
                throw PostgresError.decoding("a refund without its payment")
            }
            let refund = Refund(
                id: Identifier(outcome.refund),
                paymentId: Identifier(request.payment),
                amount: Amount(minorUnits: minorUnits, coin: coin, digits: CoinDigits.pegged),
                state: isOwed ? .owed : .posted,
                reason: request.creation.reason,
                refundedAt: Instant(outcome.at),
                mandateId: request.grouped.mandate.map(Identifier.init)
            )
            return .created(refund, at: "/v1/payments/\(refund.paymentId)")
        }
    }
}

extension RefundPayment {
    /// All refunds at once, in one statement that commits by itself.
    static func statement(_ requests: [Request], community: UUID) -> SQL {
        """
        SELECT outcomes, requests, replayed, result_ids, coins, amounts, moments
          FROM merchant.refund_payments(
            \(community), \(requests.map(\.id)), \(requests.map(\.payment)),
            \(requests.map(\.grouped.client)), \(requests.map(\.grouped.party)),
            \(requests.map(\.grouped.requestID)), \(requests.map(\.grouped.key)),
            \(requests.map(\.grouped.fingerprint)), \(requests.map(\.creation.amount?.coin)),
            \(requests.map(\.minorUnits)), \(requests.map(\.creation.reason)),
            \(requests.map { Timestamp($0.at) }))
        """
    }

    /// One refund under a mandate, in a statement that commits by itself.
    static func statementByMandate(_ request: Request, community: UUID) -> SQL {
        let grouped = request.grouped
        return """
            SELECT outcomes, requests, replayed, result_ids, coins, amounts, moments
              FROM merchant.refund_payment_by_mandate(
                \(grouped.mandate), \(community), \(request.id), \(request.payment),
                \(grouped.client), \(grouped.party), \(grouped.requestID), \(grouped.key),
                \(grouped.fingerprint), \(request.creation.amount?.coin),
                \(request.minorUnits), \(request.creation.reason), \(Timestamp(request.at)))
            """
    }

    /// What that statement decided.
    static func outcomes(_ rows: Rows) throws -> [Outcome] {
        let (words, ids, replayed, refunds, coins, amounts, moments) = try rows.one().decode(
            [String].self,
            [UUID].self,
            [Bool].self,
            [UUID].self,
            [String?].self,
            [Int64?].self,
            [Timestamp].self
        )
        return words.indices.map { index in
            Outcome(
                grouped: GroupedOutcome(
                    word: words[index],
                    requestID: ids[index],
                    isReplay: replayed[index]
                ),
                refund: refunds[index],
                coin: coins[index],
                minorUnits: amounts[index],
                at: moments[index]
            )
        }
    }
}
