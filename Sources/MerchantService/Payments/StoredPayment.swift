import API
import Domain
import FoundationEssentials
import ServiceKit

/// A payment as the database has it.
struct StoredPayment: Sendable {
    /// What the database stores; that time ran out is seen by looking at the clock.
    enum State: String {
        case requested, refused, accepted, refunded, held, captured, voided, expired
    }

    let id: UUID
    let merchant: NamedReference
    let shop: NamedReference
    let terminal: UUID
    let coin: String
    let digits: Int
    let amount: Int64
    let reference: String?
    /// What challenges are made of; a secret of this service.
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
    /// Of the amount, what a discount paid.
    var sponsored: Int64 = 0
    /// Of the amount, what went back.
    var refunded: Int64 = 0
    /// Of the amount, what the merchant owes the payer.
    var owed: Int64 = 0
    /// Whether it is an invoice: its payer stands at no till.
    var isAtDistance = false
    /// How long coins are kept; `nil` for what is no reservation.
    var holdSeconds: Int?
    /// `nil` until a reservation was accepted.
    var hold: StoredHold?
    /// What a capture was taken from.
    var reservation: UUID?
    /// The VAT in the amount, as the shop's software told it.
    var vat: PaymentVAT?

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
        payment.refunded = 0
        payment.owed = 0
        return payment
    }

    func currentState(at now: Instant) -> PaymentState {
        switch state {
        case .requested: now <= expiresAt ? .requested : .expired
        case .refused: .refused
        case .accepted: .accepted
        case .refunded: .refunded
        case .held:
            if let hold, hold.isOver(at: now) {
                hold.captured > 0 ? .captured : .expired
            } else {
                .held
            }
        case .captured: .captured
        case .voided: .voided
        case .expired: .expired
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
                minorUnits: refunded,
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
        func part(_ minorUnits: Int64) -> Amount? {
            minorUnits > 0 ? Amount(minorUnits: minorUnits, coin: coin, digits: digits) : nil
        }
        payment.owedAmount = part(owed)
        // Not at the till, where the payer stands.
        if !isMerchant || caller.may(.merchantRead) { payment.reimbursedAmount = part(sponsored) }
        payment.vat = vat?.parts(of: coin, digits: digits)
        if isMerchant {
            payment.requestMandateId = requestMandate.map(Identifier.init)
        } else {
            payment.mandateId = mandate.map(Identifier.init)
        }
        if isAtDistance { payment.atDistance = true }
        payment.hold = holdView(at: now)
        payment.reservationId = reservation.map(Identifier.init)
        // A capture needs nobody's approval: its reservation had it.
        if isTerminal, reservation == nil {
            let challenge = shownChallenge(at: now)
            payment.challenge = challenge
            payment.qrPayload = "\(payAddress)/\(payment.id)#\(challenge)"
            payment.deepLink = "wijkmunt://pay/\(payment.id)?c=\(challenge)"
            let code = self.code(showing: challenge)
            payment.paymentUri = code?.uri
            payment.emvPayload = code?.emv(for: payee)
        }
        return payment
    }
}
