import API
import Domain
import FoundationEssentials
import ServiceKit

/// A payment as the database has it.
struct StoredPayment: Sendable {
    /// What the database stores; that time ran out is seen by looking at the clock.
    enum State: String { case requested, accepted, refunded }

    let id: UUID
    let merchant: NamedReference
    let shop: NamedReference
    let terminal: UUID
    let coin: String
    let digits: Int
    let amount: Int64
    let reference: String?
    let challenge: String
    var state: State
    let requestedAt: Instant
    let expiresAt: Instant
    var acceptedAt: Instant?
    var payer: UUID?
    var verdict: API.LocalityVerdict?
    /// Under which it was asked.
    var requestMandate: UUID?
    /// Under which it was accepted.
    var mandate: UUID?

    /// The merchant and its terminals see their own; the payer sees it afterwards; as long as
    /// nobody has paid, whoever holds the id from the QR code may look. A mandate for some shops
    /// shows what happens there.
    func isVisible(to caller: Caller) -> Bool {
        guard caller.reaches(shop: shop.id.uuid) else { return false }
        if caller.party == merchant.id.uuid { return true }
        return payer == caller.party || caller.may(.paymentsAccept) && state == .requested
    }

    /// The payment as its acceptance left it, whatever came afterwards.
    func asAccepted() -> StoredPayment {
        var payment = self
        payment.state = .accepted
        return payment
    }

    func currentState(at now: Instant) -> PaymentState {
        switch state {
        case .requested: now <= expiresAt ? .requested : .expired
        case .accepted: .accepted
        case .refunded: .refunded
        }
    }

    /// What a caller is shown: the challenge goes to the terminal only, and to a cashier who stands
    /// in for one, because whoever answers it must have stood before its screen. The QR code leads to `payAddress`; what stands behind
    /// `#` never reaches a web server.
    func view(for caller: Caller, at now: Instant, payAddress: String) -> Payment {
        let isMerchant = caller.party == merchant.id.uuid
        let isTerminal =
            caller.terminal == terminal
            || isMerchant && caller.mandate != nil && caller.may(.paymentsRequest)
        var payment = Payment(
            id: Identifier(id),
            state: currentState(at: now),
            amount: Amount(minorUnits: amount, coin: coin, digits: digits),
            refundedAmount: Amount(
                minorUnits: state == .refunded ? amount : 0,
                coin: coin,
                digits: digits
            ),
            merchant: merchant,
            shop: shop,
            terminalId: Identifier(terminal),
            reference: reference,
            requestedAt: requestedAt,
            expiresAt: expiresAt,
            acceptedAt: acceptedAt,
            verdict: verdict
        )
        if isMerchant {
            payment.requestMandateId = requestMandate.map(Identifier.init)
        } else {
            payment.mandateId = mandate.map(Identifier.init)
        }
        if isTerminal {
            payment.challenge = challenge
            payment.qrPayload = "\(payAddress)/\(payment.id)#\(challenge)"
            payment.deepLink = "wijkmunt://pay/\(payment.id)?c=\(challenge)"
        }
        return payment
    }
}
