/// What became of a credit line, in a word of ISO 20022 (external payment transaction status).
package enum PaymentStatus: String, CaseIterable, Codable, Hashable, Sendable {
    /// It is in the receiver's wallet.
    case ACCC
    /// It will be credited.
    case ACSP
    /// It waits: for an approval, a decision, or the receiver to enrol.
    case PDNG
    /// It was not paid, or came back.
    case RJCT
}

/// How many lines have a status.
package struct StatusCount: Codable, Hashable, Sendable {
    /// The status.
    package var status: PaymentStatus
    /// How many.
    package var count: Int
    /// Their sum; null where it is more than any coin can have.
    @Nullable package var total: Amount?

    /// Creates it from its members.
    package init(status: PaymentStatus, count: Int, total: Amount?) {
        self.status = status
        self.count = count
        self.total = total
    }
}

/// What became of the lines of all files of a programme that came in a period.
package struct StatusSummary: Codable, Hashable, Sendable {
    /// The programme.
    package var programmeId: Identifier
    /// The period, such as `2026-03`.
    package var period: String
    /// How many files came.
    package var batches: Int
    /// Each status, also one that no line has.
    package var statuses: [StatusCount]

    /// Creates it from its members.
    package init(programmeId: Identifier, period: String, batches: Int, statuses: [StatusCount]) {
        self.programmeId = programmeId
        self.period = period
        self.batches = batches
        self.statuses = statuses
    }
}

extension Operation {
    /// Read what became of the files of a period.
    package static let getStatusSummary = Operation(
        id: "getStatusSummary",
        method: .get,
        path: "/v1/programmes/{programmeId}/status-summaries/{period}",
        access: .anyOf([.batchesRead])
    )
}
