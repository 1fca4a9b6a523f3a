import API
import ArgumentParser

/// What a phone reads from a till: a payment, and the challenge that proves it was there.
///
/// Takes the text of the QR code (`https://…/ID#CHALLENGE`), the deep link (`…/ID?c=CHALLENGE`),
/// or only the id.
struct ScannedCode: ExpressibleByArgument, Sendable {
    let payment: Identifier
    let challenge: String?

    init?(argument: String) {
        let parts = argument.split(maxSplits: 1) { $0 == "#" || $0 == "?" }
        guard let place = parts.first, let last = place.split(separator: "/").last,
            let payment = Identifier(String(last))
        else { return nil }
        self.payment = payment
        challenge = parts.dropFirst().first.map { text in
            String(text.hasPrefix("c=") ? text.dropFirst(2) : text)
        }
    }
}
