/// How a payer accepts.
package struct PaymentAcceptance: Codable, Hashable, Sendable {
    /// A compact JWS (ES256, `kid` the client id) over `ApprovalClaims`.
    package var approval: String
    /// A `PositionClaim` as JSON in base64url; used for the check and then forgotten.
    package var positionClaim: String?
    /// At least 128 random bits in base64url that hide the position in the digest.
    package var salt: String?

    /// Creates it from its members.
    package init(approval: String, positionClaim: String? = nil, salt: String? = nil) {
        self.approval = approval
        self.positionClaim = positionClaim
        self.salt = salt
    }
}

/// What a payer signs: everything that they saw.
package struct ApprovalClaims: Codable, Hashable, Sendable {
    /// The payment.
    package var paymentId: Identifier
    /// How much.
    package var amount: Amount
    /// The merchant.
    package var payee: Identifier
    /// The challenge of the terminal.
    package var challenge: String
    /// The paying wallet.
    package var walletId: Identifier
    /// SHA-256 over the salt's bytes followed by the text of the claim as sent, in base64url; null
    /// without a claim.
    @Nullable package var positionDigest: String?
    /// The pots to draw on, in this order, and on no others; the usual ones when absent.
    package var pots: [Identifier]?
    /// The discount to use, as it was quoted; none when absent.
    package var discount: ApprovedDiscount?
    /// When it was signed, in seconds since 1970 (RFC 7519).
    package var iat: Int
    /// How long the coins may be kept; absent when the payment is no reservation.
    package var holdSeconds: Int?

    /// Creates it from its members.
    package init(
        paymentId: Identifier,
        amount: Amount,
        payee: Identifier,
        challenge: String,
        walletId: Identifier,
        positionDigest: String?,
        pots: [Identifier]? = nil,
        discount: ApprovedDiscount? = nil,
        iat: Int,
        holdSeconds: Int? = nil
    ) {
        self.paymentId = paymentId
        self.amount = amount
        self.payee = payee
        self.challenge = challenge
        self.walletId = walletId
        self.positionDigest = positionDigest
        self.pots = pots
        self.discount = discount
        self.iat = iat
        self.holdSeconds = holdSeconds
    }
}

/// A discount that a payer uses.
package struct ApprovedDiscount: Codable, Hashable, Sendable {
    /// The discount.
    package var id: Identifier
    /// What it pays; the payer pays the rest of the price.
    package var amount: Amount

    /// Creates it from its members.
    package init(id: Identifier, amount: Amount) {
        self.id = id
        self.amount = amount
    }
}

/// What a phone says about where it is.
package struct PositionClaim: Codable, Hashable, Sendable {
    /// Degrees east in WGS 84.
    package var longitude: Double
    /// Degrees north in WGS 84.
    package var latitude: Double
    /// The radius of 68 % confidence, in metres.
    package var accuracyMetres: Double
    /// The moment of the fix.
    package var fixedAt: Instant
    /// Whether the phone flags the fix as mock.
    package var mock: Bool

    /// Creates it from its members.
    package init(
        longitude: Double,
        latitude: Double,
        accuracyMetres: Double,
        fixedAt: Instant,
        mock: Bool
    ) {
        self.longitude = longitude
        self.latitude = latitude
        self.accuracyMetres = accuracyMetres
        self.fixedAt = fixedAt
        self.mock = mock
    }
}
