import API
import Crypto
import Domain
import Foundation
import JWTKit
import ServiceKit

/// The payer's signature over what they saw (dynamic linking): one compact JWS.
struct CheckApproval: Sendable {
    /// What the approval is held against.
    struct Context: Sendable {
        let payment: StoredPayment
        let shopPlace: ShopPlace
        /// The wallet of the caller.
        let wallet: UUID
        /// The caller's public key, as the two coordinates of a P-256 point.
        let keyX: [UInt8]
        let keyY: [UInt8]
    }

    let context: Context
    let caller: Caller

    /// The claims that were signed; throws the problem of the first thing that does not hold.
    func callAsFunction(_ acceptance: PaymentAcceptance) async throws -> ApprovalClaims {
        let claims = try await signedClaims(acceptance.approval)
        try requireSame(claims)
        try requireDigest(acceptance, claims.positionDigest)
        return claims
    }

    private func signedClaims(_ approval: String) async throws -> ApprovalClaims {
        do {
            let keys = JWTKeyCollection()
            let key = try ES256PublicKey(
                parameters: ECDSAParameters(
                    x: Base64URL.text(context.keyX),
                    y: Base64URL.text(context.keyY)
                )
            )
            await keys.add(ecdsa: key, kid: JWKIdentifier(string: caller.clientText))
            return try await keys.verify(approval, as: SignedApproval.self).claims
        } catch {
            throw Problem(
                .approvalSignatureInvalid,
                "The approval is not signed by this phone's enrolled key (ES256)."
            )
        }
    }

    private func requireSame(_ claims: ApprovalClaims) throws {
        let payment = context.payment
        let shown = Amount(
            minorUnits: payment.amount,
            coin: payment.coin,
            digits: payment.digits
        )
        let comparisons: [(pointer: String, isSame: Bool)] = [
            ("/approval/paymentId", claims.paymentId.uuid == payment.id),
            ("/approval/amount", claims.amount == shown),
            ("/approval/payee", claims.payee == payment.merchant.id),
            ("/approval/challenge", claims.challenge == payment.challenge),
            ("/approval/walletId", claims.walletId.uuid == context.wallet),
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

    private func requireDigest(_ acceptance: PaymentAcceptance, _ signed: String?) throws {
        var expected: String?
        if let claim = acceptance.positionClaim {
            guard let salt = acceptance.salt.flatMap(Base64URL.bytes) else {
                throw Problem(.positionDigestMismatch, "A position claim comes with its salt.")
            }
            var hash = SHA256()
            hash.update(data: salt)
            hash.update(data: Data(claim.utf8))
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

/// The payload of the JWS; what it must contain is checked by `CheckApproval`.
private struct SignedApproval: JWTPayload {
    let claims: ApprovalClaims

    init(from decoder: any Decoder) throws {
        claims = try ApprovalClaims(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try claims.encode(to: encoder)
    }

    func verify(using algorithm: some JWTAlgorithm) throws {}
}

extension Caller {
    fileprivate var clientText: String { Identifier(client).description }
}
