import API
import ArgumentParser
import Domain

/// What a phone reads from a till: a payment, and the challenge that proves it was there.
///
/// Takes the text of the QR code in each of its forms (`wijkmunt:v1/pay?…`, EMVCo's, or the link
/// `https://…/ID#CHALLENGE`), the deep link (`…/ID?c=CHALLENGE`), or only the id.
struct ScannedCode: ExpressibleByArgument, Sendable {
    let payment: Identifier
    let challenge: String?
    /// What the screen showed, where the form has it.
    let amount: Amount?

    init?(argument: String) {
        switch PaymentCode(text: argument) {
        case .payment(let asked):
            payment = Identifier(asked.id)
            challenge = asked.challenge
            amount = Amount(value: asked.amount, coin: asked.coin)
            return
        case .till: return nil
        case nil: amount = nil
        }
        let parts = argument.split(maxSplits: 1) { $0 == "#" || $0 == "?" }
        guard let place = parts.first, let last = place.split(separator: "/").last,
            let payment = Identifier(String(last))
        else { return nil }
        self.payment = payment
        challenge = parts.dropFirst().first.map { text in
            String(text.hasPrefix("c=") ? text.dropFirst(2) : text)
        }
    }

    /// Throws when the payment is no longer what the screen showed.
    func requireSame(_ asked: Payment) throws {
        guard let amount, amount != asked.amount else { return }
        throw CommandFailure(
            "the screen showed \(amount.text) and the shop asks \(asked.amount.text): not paid"
        )
    }
}
