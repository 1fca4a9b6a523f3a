import API
import Domain
import ServiceKit

/// What a till shows of a payment.
extension StoredPayment {
    /// The challenge to show at a moment; that of an invoice stays the same.
    func shownChallenge(at now: Instant) -> String {
        TerminalChallenge(of: self).text(at: isAtDistance ? requestedAt : now)
    }

    /// The code of the payment in our own form.
    func code(showing challenge: String) -> PaymentCode? {
        PaymentCode.Asked(
            id: id,
            amount: Amount(minorUnits: amount, coin: coin, digits: digits).value,
            coin: coin,
            challenge: challenge
        ).map { .payment($0) }
    }

    /// Who is named in EMVCo's form. A coin is called after its neighbourhood.
    var payee: PaymentCode.Payee { PaymentCode.Payee(name: shop.name, place: coin) }
}
