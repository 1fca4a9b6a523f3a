/// How far a proposal has come.
package enum PaymentProposalState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Waiting for the till.
    case proposed
    /// The till asked; there is a payment of the same id.
    case confirmed
    /// The till did not want it.
    case declined
    /// The payer proposed something else.
    case withdrawn
    /// Nobody decided in time.
    case expired
}

/// What a till makes of a proposal.
package enum PaymentProposalVerdict: String, CaseIterable, Codable, Hashable, Sendable {
    /// Ask for it.
    case confirmed
    /// Do not.
    case declined
}

/// What a payer at a printed code wants to be asked.
package struct PaymentProposalCreation: Codable, Hashable, Sendable {
    /// The till that the code names.
    package var terminalId: Identifier
    /// How much.
    package var amount: Amount
    /// What the cashier reads.
    package var reference: String?

    /// Creates it from its members.
    package init(terminalId: Identifier, amount: Amount, reference: String? = nil) {
        self.terminalId = terminalId
        self.amount = amount
        self.reference = reference
    }
}

/// A payment that a payer proposes to a till.
package struct PaymentProposal: Codable, Hashable, Sendable {
    /// The proposal, and the payment that comes of it.
    package var id: Identifier
    /// How far it has come.
    package var state: PaymentProposalState
    /// How much.
    package var amount: Amount
    /// The payee.
    package var merchant: NamedReference
    /// The outlet.
    package var shop: NamedReference
    /// The till.
    package var terminalId: Identifier
    /// What the payer wrote; null without.
    @Nullable package var reference: String?
    /// Three digits that both screens show.
    package var matchCode: String
    /// When it was proposed.
    package var proposedAt: Instant
    /// When it can no longer be confirmed.
    package var expiresAt: Instant
    /// What to sign, once confirmed; only for the payer.
    package var challenge: String?

    /// Creates it from its members.
    package init(
        id: Identifier,
        state: PaymentProposalState,
        amount: Amount,
        merchant: NamedReference,
        shop: NamedReference,
        terminalId: Identifier,
        reference: String?,
        matchCode: String,
        proposedAt: Instant,
        expiresAt: Instant,
        challenge: String? = nil
    ) {
        self.id = id
        self.state = state
        self.amount = amount
        self.merchant = merchant
        self.shop = shop
        self.terminalId = terminalId
        self.reference = reference
        self.matchCode = matchCode
        self.proposedAt = proposedAt
        self.expiresAt = expiresAt
        self.challenge = challenge
    }
}

/// What a cashier decides about a proposal.
package struct PaymentProposalDecision: Codable, Hashable, Sendable {
    /// Whether to ask for it.
    package var decision: PaymentProposalVerdict

    /// Creates it from its members.
    package init(decision: PaymentProposalVerdict) {
        self.decision = decision
    }
}
