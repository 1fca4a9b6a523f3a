import API

/// A simulated phone: a wallet, a key, and a position that it claims.
struct Phone: Sendable {
    /// Where a phone says that it is.
    struct Position: Sendable {
        var longitude: Double
        var latitude: Double
        var accuracyMetres: Double = 10
        var isMock = false
        var fixedSecondsAgo = 0
    }

    let clientId: Identifier
    let walletId: Identifier
    let key: SigningKey
    let client: ServiceClient

    /// Reads a payment as the payer who scanned it.
    func scan(_ payment: Identifier) async throws -> Payment {
        try await client.call(.getPayment, path: ["paymentId": payment.description])
    }

    /// Approves a payment: signs everything that the payer saw, and claims a position when there
    /// is one. The claim travels apart from the approval, which holds only its salted digest: who
    /// keeps the approval cannot learn the place.
    func accept(
        _ payment: Payment,
        challenge: String? = nil,
        pots: [Identifier]? = nil,
        discount: ApprovedDiscount? = nil,
        claim: SaltedClaim?,
        idempotencyKey: String? = nil
    ) async throws -> Payment {
        guard let challenge = payment.challenge ?? challenge else {
            throw CommandFailure("no challenge: scan the text of the QR code, or give --challenge")
        }
        let claims = ApprovalClaims(
            paymentId: payment.id,
            amount: payment.amount,
            payee: payment.merchant.id,
            challenge: challenge,
            walletId: walletId,
            positionDigest: claim?.digest,
            pots: pots,
            discount: discount,
            iat: Int(Instant.now.microseconds / 1_000_000),
            holdSeconds: payment.hold?.holdSeconds
        )
        return try await client.call(
            .acceptPayment,
            path: ["paymentId": payment.id.description],
            body: PaymentAcceptance(
                approval: try key.sign(claims, keyID: clientId),
                positionClaim: claim?.positionClaim,
                salt: claim?.salt
            ),
            idempotencyKey: idempotencyKey
        )
    }

    /// What a discount pays of a payment, as it is quoted now.
    func offer(of discount: Identifier, for payment: Identifier) async throws -> ApprovedDiscount {
        let quote: PaymentQuote = try await client.call(
            .getPaymentQuote,
            path: ["paymentId": payment.description]
        )
        guard let offer = quote.offers.first(where: { $0.discount.id == discount }) else {
            throw CommandFailure("this discount is not offered for the payment")
        }
        return ApprovedDiscount(id: discount, amount: offer.amount)
    }
}
