import API
import Crypto
import Domain
import FoundationEssentials
import ServiceKit
import Synchronization

/// The payer's signature over what they saw (dynamic linking): one compact JWS.
struct CheckApproval: Sendable {
    let payment: StoredPayment
    let payer: ApprovalContext.Payer
    /// The phone that must have signed.
    let client: UUID
    let now: Instant
    /// How long what a till shows may be answered.
    let challengeSeconds: Int

    /// The claims that were signed; throws the problem of the first thing that does not hold.
    func callAsFunction(_ acceptance: PaymentAcceptance) throws -> ApprovalClaims {
        let claims = try signedClaims(acceptance.approval)
        try requireSame(claims)
        try requireFresh(claims.challenge)
        try requireDigest(acceptance, claims.positionDigest)
        return claims
    }

    private func signedClaims(_ approval: String) throws -> ApprovalClaims {
        do {
            return try CompactJWS.payload(
                of: approval,
                signedBy: try PayerKeys.key(x: payer.keyX, y: payer.keyY),
                keyID: Identifier(client).description
            )
        } catch {
            throw Problem(
                .approvalSignatureInvalid,
                "The approval is not signed by this phone's enrolled key (ES256)."
            )
        }
    }

    private func requireSame(_ claims: ApprovalClaims) throws {
        let shown = Amount(
            minorUnits: payment.amount,
            coin: payment.coin,
            digits: payment.digits
        )
        let comparisons: [(pointer: String, isSame: Bool)] = [
            ("/approval/paymentId", claims.paymentId.uuid == payment.id),
            ("/approval/amount", claims.amount == shown),
            ("/approval/payee", claims.payee == payment.merchant.id),
            ("/approval/challenge", shownAt(claims.challenge) != nil),
            ("/approval/walletId", claims.walletId.uuid == payer.wallet),
            ("/approval/pots", claims.pots.map { (1...64).contains($0.count) } ?? true),
            ("/approval/discount", claims.discount.map { $0.amount.coin == payment.coin } ?? true),
            ("/approval/holdSeconds", claims.holdSeconds == payment.holdSeconds),
        ]
        let different = comparisons.filter { !$0.isSame }.map {
            RequestError(pointer: $0.pointer, detail: "differs from the payment")
        }
        guard different.isEmpty else {
            throw Problem(
                .approvalMismatch,
                "What was signed is not what the shop asked.",
                errors: different
            )
        }
    }

    /// When the till showed what was signed; `nil` when it never did.
    func shownAt(_ challenge: String) -> Instant? {
        TerminalChallenge(of: payment).shownAt(challenge, seenAt: now)
    }

    /// A picture of a till's screen is worth nothing a little later. An invoice has no screen.
    private func requireFresh(_ challenge: String) throws {
        guard !payment.isAtDistance, let shownAt = shownAt(challenge) else { return }
        let age = (now.microseconds - shownAt.microseconds) / 1_000_000
        guard age <= challengeSeconds else { throw PaymentProblems.challengeExpired }
    }

    private func requireDigest(_ acceptance: PaymentAcceptance, _ signed: String?) throws {
        var expected: String?
        if let claim = acceptance.positionClaim {
            guard let salt = acceptance.salt.flatMap(Base64URL.bytes) else {
                throw Problem(.positionDigestMismatch, "A position claim comes with its salt.")
            }
            var hash = SHA256()
            hash.update(data: salt)
            hash.update(data: Array(claim.utf8))
            expected = Base64URL.text(hash.finalize())
        }
        guard expected == signed else {
            throw Problem(
                .positionDigestMismatch,
                "The position claim is not the one whose digest was signed."
            )
        }
    }
}

/// Keys of phones, ready to verify with: a point is checked to lie on the curve once.
private enum PayerKeys {
    private static let remembered = Mutex<[[UInt8]: P256.Signing.PublicKey]>([:])
    // 4,096 keys take about 2 MB; beyond that the memory starts anew.
    private static let mostRemembered = 4096

    /// The key of two coordinates; throws when they are no point of the curve.
    static func key(x: [UInt8], y: [UInt8]) throws -> P256.Signing.PublicKey {
        let point = x + y
        if let known = remembered.withLock({ $0[point] }) { return known }
        let key = try P256.Signing.PublicKey(rawRepresentation: point)
        remembered.withLock { keys in
            if keys.count >= mostRemembered { keys.removeAll(keepingCapacity: true) }
            keys[point] = key
        }
        return key
    }
}
