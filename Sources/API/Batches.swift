/// How far a batch has come.
package enum BatchState: String, CaseIterable, Codable, Hashable, Sendable {
    /// Read and checked; lines that look paid already wait for a decision.
    case draft
    /// Read, checked, and waiting for approval.
    case validated
    /// Unusable as a whole; the findings say why.
    case refused
    /// Approved, and about to be executed.
    case approved
    /// Credits are being made.
    case executing
    /// Every instruction has its outcome, and none failed.
    case done
    /// Every instruction has its outcome; some failed.
    case partlyDone = "partly-done"
    /// Withdrawn before its execution.
    case cancelled
}

/// How many instructions are in each state.
package struct BatchCounts: Codable, Hashable, Sendable {
    /// To be credited after approval.
    package var acceptable: Int
    /// Waiting for a decision, because they look paid already.
    package var parked: Int
    /// Decided not to be paid.
    package var dropped: Int
    /// Refused.
    package var refused: Int
    /// Credited.
    package var credited: Int
    /// Waiting for enrolment.
    package var waiting: Int
    /// Refused by the ledger.
    package var failed: Int
    /// Back in the programme, because nobody enrolled in time, or somebody returned them.
    package var returned: Int

    /// Creates it from its members.
    package init(
        acceptable: Int,
        parked: Int,
        dropped: Int,
        refused: Int,
        credited: Int,
        waiting: Int,
        failed: Int,
        returned: Int
    ) {
        self.acceptable = acceptable
        self.parked = parked
        self.dropped = dropped
        self.refused = refused
        self.credited = credited
        self.waiting = waiting
        self.failed = failed
        self.returned = returned
    }
}

/// That somebody approved a batch, or what a standing instruction says.
package struct Approver: Codable, Hashable, Sendable {
    /// The client that approved it.
    package var approvedBy: Identifier
    /// When.
    package var approvedAt: Instant

    /// Creates it from its members.
    package init(approvedBy: Identifier, approvedAt: Instant) {
        self.approvedBy = approvedBy
        self.approvedAt = approvedAt
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
    /// The sum of the instructions that are to be paid or were; null when it could not be read.
    @Nullable package var payable: Amount?
    /// The instructions per state.
    package var counts: BatchCounts
    /// How many findings there are, listed or not.
    package var findingCount: Int
    /// The client that submitted it.
    package var submittedBy: Identifier
    /// When it was submitted.
    package var submittedAt: Instant
    /// How many people besides the submitter have to approve it: 1 or 2.
    package var approvalsNeeded: Int
    /// Who has approved it so far, in order of time.
    package var approvals: [Approver]
    /// The day from which on its next instructions are executed, in the time zone of the community;
    /// null for as soon as it is approved.
    @Nullable package var executesOn: String?
    /// The client whose approval was the last one needed; null before.
    @Nullable package var approvedBy: Identifier?
    /// When it was approved; null before.
    @Nullable package var approvedAt: Instant?
    /// When the last instruction got its outcome; null before.
    @Nullable package var doneAt: Instant?
    /// When its file was released, to be handed in once more; null unless it was.
    @Nullable package var releasedAt: Instant?
    /// The batch of the same file that was released before; null for a file that came for the first
    /// time.
    @Nullable package var repeatsBatchId: Identifier?

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
        payable: Amount?,
        counts: BatchCounts,
        findingCount: Int,
        submittedBy: Identifier,
        submittedAt: Instant,
        approvalsNeeded: Int,
        approvals: [Approver],
        executesOn: String?,
        approvedBy: Identifier?,
        approvedAt: Instant?,
        doneAt: Instant?,
        releasedAt: Instant?,
        repeatsBatchId: Identifier?
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
        self.payable = payable
        self.counts = counts
        self.findingCount = findingCount
        self.submittedBy = submittedBy
        self.submittedAt = submittedAt
        self.approvalsNeeded = approvalsNeeded
        self.approvals = approvals
        self.executesOn = executesOn
        self.approvedBy = approvedBy
        self.approvedAt = approvedAt
        self.doneAt = doneAt
        self.releasedAt = releasedAt
        self.repeatsBatchId = repeatsBatchId
    }
}

/// An approval; there is nothing to say but yes.
package struct BatchApproval: Codable, Hashable, Sendable {

    /// Creates it from its members.
    package init() {}
}

/// What becomes of lines that look paid already.
package enum ParkingVerdict: String, CaseIterable, Codable, Hashable, Sendable {
    /// They are paid all the same.
    case confirm
    /// They are not paid.
    case drop
}

/// A decision about parked lines.
package struct ParkingDecision: Codable, Hashable, Sendable {
    /// What becomes of them.
    package var decision: ParkingVerdict
    /// Their numbers in the file; all that are parked when absent.
    package var lines: [Int]?
    /// Why.
    package var reason: String

    /// Creates it from its members.
    package init(decision: ParkingVerdict, lines: [Int]? = nil, reason: String) {
        self.decision = decision
        self.lines = lines
        self.reason = reason
    }
}

/// A decision about parked lines that was made.
package struct MadeParkingDecision: Codable, Hashable, Sendable {
    /// Its id.
    package var id: Identifier
    /// What became of the lines.
    package var decision: ParkingVerdict
    /// How many lines it was about.
    package var count: Int
    /// Why; `Erased` once nobody is to be known from it any more.
    package var reason: String
    /// The client of who decided.
    package var decidedBy: Identifier
    /// When.
    package var decidedAt: Instant

    /// Creates it from its members.
    package init(
        id: Identifier,
        decision: ParkingVerdict,
        count: Int,
        reason: String,
        decidedBy: Identifier,
        decidedAt: Instant
    ) {
        self.id = id
        self.decision = decision
        self.count = count
        self.reason = reason
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
    }
}

/// The wish to try failed instructions again.
package struct BatchRetry: Codable, Hashable, Sendable {

    /// Creates it from its members.
    package init() {}
}

/// Lines that are not to be paid.
package struct LineCancellation: Codable, Hashable, Sendable {
    /// Their numbers in the file.
    package var lines: [Int]

    /// Creates it from its members.
    package init(lines: [Int]) {
        self.lines = lines
    }
}

/// Lines that wait and are to go back to their programme, and why.
package struct LineReturn: Codable, Hashable, Sendable {
    /// Their numbers in the file.
    package var lines: [Int]
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(lines: [Int], reason: String) {
        self.lines = lines
        self.reason = reason
    }
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

/// Why a file may be handed in once more.
package struct FileRelease: Codable, Hashable, Sendable {
    /// The reason.
    package var reason: String

    /// Creates it from its members.
    package init(reason: String) {
        self.reason = reason
    }
}
