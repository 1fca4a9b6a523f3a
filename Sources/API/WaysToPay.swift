/// What a till read from a payer's phone.
package struct PayerCodeAcceptance: Codable, Hashable, Sendable {
    /// The text of the QR code.
    package var code: String

    /// Creates it from its members.
    package init(code: String) {
        self.code = code
    }
}

/// A payment that is asked of somebody who is elsewhere.
package struct InvoiceRequest: Codable, Hashable, Sendable {
    /// How much.
    package var amount: Amount
    /// The reference of the shop.
    package var reference: String?
    /// How long a payer may accept; a week when absent.
    package var expiresInSeconds: Int?
    /// The till at which it is asked; for callers that are not one themselves.
    package var terminalId: Identifier?

    /// Creates it from its members.
    package init(
        amount: Amount,
        reference: String? = nil,
        expiresInSeconds: Int? = nil,
        terminalId: Identifier? = nil
    ) {
        self.amount = amount
        self.reference = reference
        self.expiresInSeconds = expiresInSeconds
        self.terminalId = terminalId
    }
}

/// Which text a QR code carries.
package enum QRCodeContent: String, CaseIterable, Codable, Hashable, Sendable {
    /// Our own URI, `wijkmunt:v1/…`.
    case uri
    /// EMVCo's merchant-presented form.
    case emv
    /// A link for any camera, which opens a page or the app; not of printed codes.
    case link
}
