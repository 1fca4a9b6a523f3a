/// Which credited lines of a batch are recalled, why, and how much of each.
package struct LineRecallCreation: Codable, Hashable, Sendable {
    /// Their numbers in the file.
    package var lines: [Int]
    /// Shown to the receivers.
    package var reason: String
    /// At most so much of each; all that is left when absent.
    package var amount: Amount?

    /// Creates it from its members.
    package init(lines: [Int], reason: String, amount: Amount? = nil) {
        self.lines = lines
        self.reason = reason
        self.amount = amount
    }
}

/// Why a line is not recalled.
package enum UnrecalledReason: String, CaseIterable, Codable, Hashable, Sendable {
    /// The batch has no such line.
    case unknownLine = "unknown-line"
    /// Nothing of it was credited, or not yet.
    case notCredited = "not-credited"
    /// The ledger keeps the month of the credit elsewhere.
    case notAGrant = "not-a-grant"
    /// A recall of its grant has not ended.
    case beingRecalled = "being-recalled"
    /// All of it was spent, is kept for a shop, has expired or was taken back.
    case nothingLeft = "nothing-left"
}

/// A line whose recall was announced.
package struct RecalledLine: Codable, Hashable, Sendable {
    /// Its number in the file.
    package var line: Int
    /// The grant that it is.
    package var grantId: Identifier
    /// The recall.
    package var recallId: Identifier
    /// What was left of the grant then.
    package var left: Amount

    /// Creates it from its members.
    package init(line: Int, grantId: Identifier, recallId: Identifier, left: Amount) {
        self.line = line
        self.grantId = grantId
        self.recallId = recallId
        self.left = left
    }
}

/// A line that is not recalled, and why.
package struct UnrecalledLine: Codable, Hashable, Sendable {
    /// Its number in the file.
    package var line: Int
    /// Why.
    package var reason: UnrecalledReason

    /// Creates it from its members.
    package init(line: Int, reason: UnrecalledReason) {
        self.line = line
        self.reason = reason
    }
}

/// What became of the wish to recall lines: each of them stands in one of the lists.
package struct LineRecalls: Codable, Hashable, Sendable {
    /// When the recalls are carried out, unless an objection is open.
    package var dueAt: Instant
    /// Lines whose recall was announced, in the order of the file.
    package var recalled: [RecalledLine]
    /// The others, in the order of the file.
    package var unrecalled: [UnrecalledLine]

    /// Creates it from its members.
    package init(dueAt: Instant, recalled: [RecalledLine], unrecalled: [UnrecalledLine]) {
        self.dueAt = dueAt
        self.recalled = recalled
        self.unrecalled = unrecalled
    }
}
