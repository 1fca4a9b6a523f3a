/// How far an instruction has come.
package enum InstructionState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Checked; credited after approval.
    case acceptable
    /// Like a line of another file; waits for a decision.
    case parked
    /// Decided not to be paid.
    case dropped
    /// Refused; the findings say why.
    case refused
    /// In the wallet of the receiver.
    case credited
    /// The receiver has no wallet yet; credited at enrolment.
    case waiting
    /// The ledger refused the credit; can be tried again.
    case failed
    /// Nobody enrolled in time, or somebody returned it; the money is back in the programme.
    case returned
}

/// How the receiver of an instruction was found.
package enum InstructionResolution: String, CaseIterable, Codable, Hashable, Sendable {
    /// By a linked IBAN.
    case iban
    /// By an alias.
    case alias
    /// By the number of a card.
    case card
    /// By an activation code.
    case activationCode = "activation-code"
    /// By the number under which an institution knows somebody.
    case clientNumber = "client-number"
    /// A registered person without a wallet.
    case notEnrolled = "not-enrolled"
}

/// The line of another file that pays the same.
package struct RepeatedLine: Codable, Hashable, Sendable {
    /// Its batch.
    package var batchId: Identifier
    /// Its number in that file, from 1.
    package var line: Int

    /// Creates it from its members.
    package init(batchId: Identifier, line: Int) {
        self.batchId = batchId
        self.line = line
    }
}

/// One credit line of a batch.
package struct Instruction: Codable, Hashable, Sendable {
    /// Its number in the file, from 1.
    package var line: Int
    /// The payer's identification.
    package var endToEndId: String
    /// The instruction identification; null without.
    @Nullable package var instructionId: String?
    /// The receiver, as the file says.
    package var creditorName: String
    /// The receiver's account, masked.
    package var creditorMasked: String
    /// How much.
    package var amount: Amount
    /// How far it has come.
    package var state: InstructionState
    /// How the receiver was found; null when not.
    @Nullable package var resolution: InstructionResolution?
    /// When it was credited; null before.
    @Nullable package var creditedAt: Instant?
    /// The grant that it is since it was credited; null before, and when the ledger keeps its month
    /// elsewhere.
    @Nullable package var grantId: Identifier?
    /// When it went back to the programme; null unless it did.
    @Nullable package var returnedAt: Instant?
    /// Why somebody returned it before its time was over, `Erased` once nobody is to be known from it any
    /// more; null unless somebody did.
    @Nullable package var returnReason: String?
    /// The client of who did; null unless somebody did.
    @Nullable package var returnedBy: Identifier?
    /// What the receiver reads; null without.
    @Nullable package var remittance: String?
    /// The line of another file that pays the same; null unless this one was parked for it.
    @Nullable package var repeats: RepeatedLine?

    /// Creates it from its members.
    package init(
        line: Int,
        endToEndId: String,
        instructionId: String?,
        creditorName: String,
        creditorMasked: String,
        amount: Amount,
        state: InstructionState,
        resolution: InstructionResolution?,
        creditedAt: Instant?,
        grantId: Identifier?,
        returnedAt: Instant?,
        returnReason: String?,
        returnedBy: Identifier?,
        remittance: String?,
        repeats: RepeatedLine? = nil
    ) {
        self.line = line
        self.endToEndId = endToEndId
        self.instructionId = instructionId
        self.creditorName = creditorName
        self.creditorMasked = creditorMasked
        self.amount = amount
        self.state = state
        self.resolution = resolution
        self.creditedAt = creditedAt
        self.grantId = grantId
        self.returnedAt = returnedAt
        self.returnReason = returnReason
        self.returnedBy = returnedBy
        self.remittance = remittance
        self.repeats = repeats
    }
}
