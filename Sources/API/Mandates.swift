/// What a mandate makes of the agent.
package enum MandateKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Pays from the wallet of a ward.
    case guardian
    /// Reads the wallet of somebody it helps.
    case budgetCoach = "budget-coach"
    /// Asks for payments of a merchant and refunds them.
    case cashier
    /// Reads the books of a merchant.
    case accountant

    /// The role in tokens under such a mandate, whose scopes are the most that one can have.
    package var role: Role {
        switch self {
        case .guardian: .guardian
        case .budgetCoach: .budgetCoach
        case .cashier: .cashier
        case .accountant: .accountant
        }
    }

    /// Whether a person gives it rather than a merchant.
    package var isOfPerson: Bool { self == .guardian || self == .budgetCoach }
}

extension Scope {
    /// Whether it reaches what no shop bounds, so that no mandate for some shops has it.
    package var reachesBeyondShops: Bool { self == .transfersCreate || self == .merchantRead }
}

/// How a mandate stands.
package enum MandateState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Begins later.
    case upcoming
    /// In force.
    case active
    /// Its time is over.
    case ended
    /// Ended before its time.
    case revoked
}

/// A mandate to give.
package struct MandateCreation: Codable, Hashable, Sendable {
    /// On whose behalf: a person, or a merchant.
    package var principalId: Identifier
    /// Who will act: a person or an institution.
    package var agentId: Identifier
    /// What for.
    package var kind: MandateKind
    /// Scopes of the kind; all of them when absent.
    package var scopes: [Scope]?
    /// The most that one act moves; no limit when absent.
    package var limitPerAct: EuroAmount?
    /// The most that all acts of one day move together; no limit when absent.
    package var limitPerDay: EuroAmount?
    /// Only these shops; all when absent.
    package var shops: [Identifier]?
    /// Who decided it, and where that is written; needed for people.
    package var decision: String?
    /// When it begins; at once when absent.
    package var validFrom: Instant?
    /// When it ends by itself.
    package var validUntil: Instant

    /// Creates it from its members.
    package init(
        principalId: Identifier,
        agentId: Identifier,
        kind: MandateKind,
        scopes: [Scope]? = nil,
        limitPerAct: EuroAmount? = nil,
        limitPerDay: EuroAmount? = nil,
        shops: [Identifier]? = nil,
        decision: String? = nil,
        validFrom: Instant? = nil,
        validUntil: Instant
    ) {
        self.principalId = principalId
        self.agentId = agentId
        self.kind = kind
        self.scopes = scopes
        self.limitPerAct = limitPerAct
        self.limitPerDay = limitPerDay
        self.shops = shops
        self.decision = decision
        self.validFrom = validFrom
        self.validUntil = validUntil
    }
}

/// The right to act for somebody, with its limits and its end.
package struct Mandate: Codable, Hashable, Sendable {
    /// The mandate.
    package var id: Identifier
    /// On whose behalf.
    package var principalId: Identifier
    /// Who acts.
    package var agentId: Identifier
    /// What for.
    package var kind: MandateKind
    /// What it allows.
    package var scopes: [Scope]
    /// The most that one act moves; null without limit.
    @Nullable package var limitPerAct: EuroAmount?
    /// The most that all acts of one day move together; null without limit.
    @Nullable package var limitPerDay: EuroAmount?
    /// Only these shops; null for all.
    @Nullable package var shops: [Identifier]?
    /// Who decided it, and where that is written; null where nobody had to.
    @Nullable package var decision: String?
    /// How it stands.
    package var state: MandateState
    /// When it begins.
    package var validFrom: Instant
    /// When it ends by itself.
    package var validUntil: Instant
    /// When it was given.
    package var createdAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        principalId: Identifier,
        agentId: Identifier,
        kind: MandateKind,
        scopes: [Scope],
        limitPerAct: EuroAmount?,
        limitPerDay: EuroAmount?,
        shops: [Identifier]?,
        decision: String?,
        state: MandateState,
        validFrom: Instant,
        validUntil: Instant,
        createdAt: Instant
    ) {
        self.id = id
        self.principalId = principalId
        self.agentId = agentId
        self.kind = kind
        self.scopes = scopes
        self.limitPerAct = limitPerAct
        self.limitPerDay = limitPerDay
        self.shops = shops
        self.decision = decision
        self.state = state
        self.validFrom = validFrom
        self.validUntil = validUntil
        self.createdAt = createdAt
    }
}

/// Why a mandate is revoked.
package struct MandateRevocation: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its member.
    package init(reason: String) { self.reason = reason }
}

/// One act under a mandate: who did what on whose behalf.
package struct MandateUse: Codable, Hashable, Sendable {
    /// The use.
    package var id: Identifier
    /// The mandate.
    package var mandateId: Identifier
    /// The operation, by its id.
    package var operation: String
    /// The transfer, payment or refund that came of it.
    package var actId: Identifier
    /// The device or system that acted.
    package var clientId: Identifier
    /// The party that acted.
    package var agentId: Identifier
    /// The party on whose behalf.
    package var principalId: Identifier
    /// What it moved, in a coin of which one is a euro; zero when it moved nothing.
    package var amount: EuroAmount
    /// When.
    package var usedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        mandateId: Identifier,
        operation: String,
        actId: Identifier,
        clientId: Identifier,
        agentId: Identifier,
        principalId: Identifier,
        amount: EuroAmount,
        usedAt: Instant
    ) {
        self.id = id
        self.mandateId = mandateId
        self.operation = operation
        self.actId = actId
        self.clientId = clientId
        self.agentId = agentId
        self.principalId = principalId
        self.amount = amount
        self.usedAt = usedAt
    }
}
