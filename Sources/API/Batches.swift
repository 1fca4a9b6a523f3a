/// How far a batch has come.
package enum BatchState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Read, checked, and waiting for approval.
    case validated
    /// Unusable as a whole; the findings say why.
    case refused
    /// Approved, and about to be executed.
    case approved
    /// Credits are being made.
    case executing
    /// Every instruction has its outcome.
    case done
    /// Withdrawn before approval.
    case cancelled
}

/// How many instructions are in each state.
package struct BatchCounts: Codable, Hashable, Sendable {
    /// To be credited after approval.
    package var acceptable: Int
    /// Refused.
    package var refused: Int
    /// Credited.
    package var credited: Int
    /// Waiting for enrolment.
    package var waiting: Int
    /// Refused by the ledger.
    package var failed: Int
    /// Back in the programme, because nobody came for them.
    package var returned: Int

    /// Creates it from its members.
    package init(
        acceptable: Int,
        refused: Int,
        credited: Int,
        waiting: Int,
        failed: Int,
        returned: Int
    ) {
        self.acceptable = acceptable
        self.refused = refused
        self.credited = credited
        self.waiting = waiting
        self.failed = failed
        self.returned = returned
    }
}

/// A payment file and what became of it.
package struct Batch: Codable, Hashable, Sendable {
    /// The batch.
    package var id: Identifier
    /// The programme.
    package var programmeId: Identifier
    /// How far it has come.
    package var state: BatchState
    /// The `MsgId`; null when it could not be read.
    @Nullable package var messageId: String?
    /// Such as `pain.001.001.09`; null when it could not be read.
    @Nullable package var messageType: String?
    /// The name that the submitter gave; null without.
    @Nullable package var fileName: String?
    /// The digest of the file, in hexadecimal.
    package var sha256: String
    /// How many instructions it has.
    package var count: Int
    /// The sum of all instructions; null when it could not be read.
    @Nullable package var total: Amount?
    /// The instructions per state.
    package var counts: BatchCounts
    /// How many findings there are.
    package var findingCount: Int
    /// The client that submitted it.
    package var submittedBy: Identifier
    /// When it was submitted.
    package var submittedAt: Instant
    /// The client that approved it; null before.
    @Nullable package var approvedBy: Identifier?
    /// When it was approved; null before.
    @Nullable package var approvedAt: Instant?
    /// When the last instruction got its outcome; null before.
    @Nullable package var doneAt: Instant?

    /// Creates it from its members.
    package init(
        id: Identifier,
        programmeId: Identifier,
        state: BatchState,
        messageId: String?,
        messageType: String?,
        fileName: String?,
        sha256: String,
        count: Int,
        total: Amount?,
        counts: BatchCounts,
        findingCount: Int,
        submittedBy: Identifier,
        submittedAt: Instant,
        approvedBy: Identifier?,
        approvedAt: Instant?,
        doneAt: Instant?
    ) {
        self.id = id
        self.programmeId = programmeId
        self.state = state
        self.messageId = messageId
        self.messageType = messageType
        self.fileName = fileName
        self.sha256 = sha256
        self.count = count
        self.total = total
        self.counts = counts
        self.findingCount = findingCount
        self.submittedBy = submittedBy
        self.submittedAt = submittedAt
        self.approvedBy = approvedBy
        self.approvedAt = approvedAt
        self.doneAt = doneAt
    }
}

/// An approval; there is nothing to say but yes.
package struct BatchApproval: Codable, Hashable, Sendable {

    /// Creates it from its members.
    package init() {}
}

/// Why a batch is cancelled.
package struct BatchCancellation: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
