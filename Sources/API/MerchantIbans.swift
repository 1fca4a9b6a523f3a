/// How far a request for another bank account has come.
package enum IbanRequestState: String, CaseIterable, Codable, Hashable, Sendable {
    /// It waits for a second person.
    case open
    /// The account is, or was, the merchant's.
    case verified
    /// A later request took its place.
    case superseded
}

/// A bank account that a merchant wants to be paid on.
package struct IbanRequestCreation: Codable, Hashable, Sendable {
    /// The account.
    package var iban: String

    /// Creates it from its members.
    package init(iban: String) {
        self.iban = iban
    }
}

/// A request for a bank account, which a second person verifies.
package struct IbanRequest: Codable, Hashable, Sendable {
    /// The request.
    package var id: Identifier
    /// The merchant.
    package var merchantId: Identifier
    /// The account, masked.
    package var ibanMasked: String
    /// How far it has come.
    package var state: IbanRequestState
    /// When it was asked.
    package var requestedAt: Instant
    /// When it was verified; null before.
    @Nullable package var verifiedAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        merchantId: Identifier,
        ibanMasked: String,
        state: IbanRequestState,
        requestedAt: Instant,
        verifiedAt: Instant?
    ) {
        self.id = id
        self.merchantId = merchantId
        self.ibanMasked = ibanMasked
        self.state = state
        self.requestedAt = requestedAt
        self.verifiedAt = verifiedAt
    }
}

/// How it was seen that a bank account is a merchant's.
package struct IbanRequestVerification: Codable, Hashable, Sendable {
    /// The account as the proof has it, which must be the one that was asked for.
    package var iban: String
    /// What was seen.
    package var evidence: String

    /// Creates it from its members.
    package init(iban: String, evidence: String) {
        self.iban = iban
        self.evidence = evidence
    }
}
