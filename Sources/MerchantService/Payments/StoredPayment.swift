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

    /// The merchant and its terminals see their own; the payer sees it afterwards; as long as
    /// nobody has paid, whoever holds the id from the QR code may look.
    func isVisible(to caller: Caller) -> Bool {
        if caller.party == merchant.id.uuid { return true }
        guard caller.may(.paymentsAccept) else { return false }
        return payer == caller.party || state == .requested
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

    /// What a caller is shown: the challenge goes to the terminal only, because whoever answers it
    /// must have stood before its screen. The QR code leads to `payAddress`; what stands behind
    /// `#` never reaches a web server.
    func view(for caller: Caller, at now: Instant, payAddress: String) -> Payment {
        let isTerminal = caller.terminal == terminal
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
        if isTerminal {
            payment.challenge = challenge
            payment.qrPayload = "\(payAddress)/\(payment.id)#\(challenge)"
            payment.deepLink = "wijkmunt://pay/\(payment.id)?c=\(challenge)"
        }
        return payment
    }
}
