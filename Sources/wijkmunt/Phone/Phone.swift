import API
import Crypto
import FoundationEssentials

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
        at position: Position?,
        idempotencyKey: String? = nil
    ) async throws -> Payment {
        guard let challenge = payment.challenge ?? challenge else {
            throw CommandFailure("no challenge: scan the text of the QR code, or give --challenge")
        }
        let claim = try position.map { try encoded($0) }
        let salt = randomBytes(16)
        let digest = claim.map { claim in
            base64URL(SHA256.hash(data: Data(salt) + Data(claim.utf8)))
        }
        let claims = ApprovalClaims(
            paymentId: payment.id,
            amount: payment.amount,
            payee: payment.merchant.id,
            challenge: challenge,
            walletId: walletId,
            positionDigest: digest,
            iat: Int(Instant.now.microseconds / 1_000_000)
        )
        return try await client.call(
            .acceptPayment,
            path: ["paymentId": payment.id.description],
            body: PaymentAcceptance(
                approval: try key.sign(claims, keyID: clientId),
                positionClaim: claim,
                salt: claim.map { _ in base64URL(salt) }
            ),
            idempotencyKey: idempotencyKey
        )
    }

    private func encoded(_ position: Position) throws -> String {
        let claim = PositionClaim(
            longitude: position.longitude,
            latitude: position.latitude,
            accuracyMetres: position.accuracyMetres,
            fixedAt: Instant.now.earlier(bySeconds: position.fixedSecondsAgo),
            mock: position.isMock
        )
        return base64URL(try JSONEncoder().encode(claim))
    }
}
