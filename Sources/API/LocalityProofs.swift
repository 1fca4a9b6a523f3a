/// A judgement about place and the payment that it is about: what the merchant service signs.
package struct VerdictStatement: Codable, Hashable, Sendable {
    /// The `typ` in the header of the signature.
    package static let signatureType = "wijkmunt-verdict+jwt"

    /// The payment.
    package var paymentId: Identifier
    /// The community.
    package var communityId: Identifier
    /// The coin, whose policy was applied.
    package var coin: String
    /// The payee.
    package var merchantId: Identifier
    /// The outlet.
    package var shopId: Identifier
    /// The judgement.
    package var verdict: LocalityVerdict
    /// When it was signed, in seconds since 1970 (RFC 7519).
    package var iat: Int

    /// Creates it from its members.
    package init(
        paymentId: Identifier,
        communityId: Identifier,
        coin: String,
        merchantId: Identifier,
        shopId: Identifier,
        verdict: LocalityVerdict,
        iat: Int
    ) {
        self.paymentId = paymentId
        self.communityId = communityId
        self.coin = coin
        self.merchantId = merchantId
        self.shopId = shopId
        self.verdict = verdict
        self.iat = iat
    }
}

/// A judgement about place with the service's signature.
package struct SignedVerdict: Codable, Hashable, Sendable {
    /// What was signed, readable.
    package var statement: VerdictStatement
    /// The compact JWS (ES256) of the same; a key of the merchant service's set verifies it.
    package var signature: String

    /// Creates it from its members.
    package init(statement: VerdictStatement, signature: String) {
        self.statement = statement
        self.signature = signature
    }
}

/// A reason in the languages that there are.
package struct LocalityReasonTexts: Codable, Hashable, Sendable {
    /// In Dutch.
    package var nl: String
    /// In English.
    package var en: String

    /// Creates it from its members.
    package init(nl: String, en: String) {
        self.nl = nl
        self.en = en
    }
}

/// Why a locality rule is not met, to be shown to people.
package struct LocalityReason: Codable, Hashable, Sendable {
    /// The stable code, as in verdicts.
    package var code: String
    /// What it means and what can be done.
    package var texts: LocalityReasonTexts

    /// Creates it from its members.
    package init(code: String, texts: LocalityReasonTexts) {
        self.code = code
        self.texts = texts
    }
}

/// All reasons that a verdict can give.
package struct LocalityReasons: Codable, Hashable, Sendable {
    /// One for each code.
    package var reasons: [LocalityReason]

    /// Creates it from its members.
    package init(reasons: [LocalityReason]) {
        self.reasons = reasons
    }
}
