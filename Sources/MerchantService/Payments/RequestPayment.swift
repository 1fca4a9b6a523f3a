import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// A terminal asks for an amount: a QR code appears on its screen.
struct RequestPayment: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant
    let requestID: Identifier
    var operation: API.Operation = .requestPayment
    /// Whether the payer stands at no till.
    var isAtDistance = false

    private static let usualLifetimeSeconds = 300

    func callAsFunction(_ request: PaymentRequest, _ connection: Connection) throws -> Requested {
        guard let terminal = caller.terminal ?? request.terminalId?.uuid,
            let till = try PaymentQueries.till(terminal, community, connection, at: now),
            till.merchant.id.uuid == caller.party
        else {
            throw Problem(
                .insufficientScope,
                "Only an enrolled terminal asks for payments, or a cashier at one of the merchant."
            )
        }
        try caller.useMandate(
            for: operation,
            scope: .paymentsRequest,
            act: id,
            shop: till.shop.id.uuid,
            request: requestID,
            connection
        )
        if till.isSuspended { throw PaymentProblems.shopSuspended }
        guard request.amount.coin == till.coin else {
            throw Problem(.coinNotAccepted, "This shop accepts another coin.")
        }
        let coin = try CoinDigits.find(till.coin, community: community, connection)
        let amount = try request.amount.minorUnits(digits: coin.digits)
        let seconds = Int64(request.expiresInSeconds ?? Self.usualLifetimeSeconds)
        let payment = StoredPayment(
            id: id,
            merchant: till.merchant,
            shop: till.shop,
            terminal: terminal,
            coin: coin.code,
            digits: coin.digits,
            amount: amount,
            reference: request.reference,
            challenge: Self.newChallenge(),
            state: .requested,
            requestedAt: now,
            expiresAt: Instant(microseconds: now.microseconds + seconds * 1_000_000),
            acceptedAt: nil,
            payer: nil,
            verdict: nil,
            requestMandate: caller.mandate?.id,
            isAtDistance: isAtDistance,
            holdSeconds: request.holdSeconds,
            vat: try PaymentVAT(request.vat, in: amount, of: coin)
        )
        try PaymentQueries.insert(payment, community, connection)
        return Requested(payment: payment, place: till.place)
    }

    /// A payment that waits for its payer, and where its shop is.
    struct Requested: Sendable {
        let payment: StoredPayment
        let place: ShopPlace
    }

    /// 128 random bits.
    static func newChallenge() -> String {
        var random = SystemRandomNumberGenerator()
        return Base64URL.text((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }
}
