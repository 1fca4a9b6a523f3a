/// How far a person has come.
package enum PersonState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Known, without a wallet.
    case registered
    /// With a wallet, and at least once a phone or a card.
    case enrolled
}

/// How far the link to a bank account has come.
package enum IbanState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Claimed; no benefit is credited by it.
    case unverified
    /// A second person has seen the proof.
    case verified
}

/// A person to register.
package struct PersonRegistration: Codable, Hashable, Sendable {
    /// The name that others see shortened.
    package var displayName: String
    /// The bank account by which benefits find the person.
    package var iban: String?

    /// Creates it from its members.
    package init(displayName: String, iban: String? = nil) {
        self.displayName = displayName
        self.iban = iban
    }
}

/// A person of the community, as the counter sees them.
package struct Person: Codable, Hashable, Sendable {
    /// The person, a party.
    package var id: Identifier
    /// The name.
    package var displayName: String
    /// The linked bank account, masked; null without one.
    @Nullable package var ibanMasked: String?
    /// How far its link has come; null without one.
    @Nullable package var ibanState: IbanState?
    /// How far the person has come.
    package var state: PersonState
    /// The wallet; null before enrolment.
    @Nullable package var walletId: Identifier?
    /// When the person was registered.
    package var createdAt: Instant
    /// Only in the answer that registers the person.
    package var activationCode: ActivationCode?

    /// Creates it from its members.
    package init(
        id: Identifier,
        displayName: String,
        ibanMasked: String?,
        ibanState: IbanState?,
        state: PersonState,
        walletId: Identifier?,
        createdAt: Instant,
        activationCode: ActivationCode? = nil
    ) {
        self.id = id
        self.displayName = displayName
        self.ibanMasked = ibanMasked
        self.ibanState = ibanState
        self.state = state
        self.walletId = walletId
        self.createdAt = createdAt
        self.activationCode = activationCode
    }
}

/// A bank account to link to a person.
package struct IbanLink: Codable, Hashable, Sendable {
    /// The bank account; replaces an earlier one.
    package var iban: String

    /// Creates it from its members.
    package init(iban: String) {
        self.iban = iban
    }
}

/// That somebody has seen proof that a bank account is a person's.
package struct IbanVerification: Codable, Hashable, Sendable {
    /// The bank account, read from the proof.
    package var iban: String
    /// What was seen.
    package var evidence: String

    /// Creates it from its members.
    package init(iban: String, evidence: String) {
        self.iban = iban
        self.evidence = evidence
    }
}
