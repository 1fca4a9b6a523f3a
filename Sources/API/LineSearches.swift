/// Whom or what somebody looks for in payment files: exactly one of person, IBAN, client number and
/// payer's identification.
package struct LineSearch: Codable, Hashable, Sendable {
    /// Lines that name this person, in whichever way.
    package var personId: Identifier?
    /// Lines that name this account.
    package var iban: String?
    /// Lines that name this number, of the caller's institution or of the community.
    package var clientNumber: String?
    /// Lines with this identification of the payer.
    package var endToEndId: String?
    /// Only files of this programme.
    package var programmeId: Identifier?
    /// Only files that came on this day (UTC) or later: at most 366 days ago; 92 when absent.
    package var fromOn: String?
    /// How many at most, 1 to 250; 50 when absent.
    package var limit: Int?
    /// The `next` of the page before.
    package var cursor: String?

    /// Creates it from its members.
    package init(
        personId: Identifier? = nil,
        iban: String? = nil,
        clientNumber: String? = nil,
        endToEndId: String? = nil,
        programmeId: Identifier? = nil,
        fromOn: String? = nil,
        limit: Int? = nil,
        cursor: String? = nil
    ) {
        self.personId = personId
        self.iban = iban
        self.clientNumber = clientNumber
        self.endToEndId = endToEndId
        self.programmeId = programmeId
        self.fromOn = fromOn
        self.limit = limit
        self.cursor = cursor
    }
}

/// A line that was found.
package struct FoundLine: Codable, Hashable, Sendable {
    /// The batch that it is in.
    package var batchId: Identifier
    /// How far that has come: of a batch that was refused or cancelled no line is paid.
    package var batchState: BatchState
    /// The line.
    package var instruction: Instruction

    /// Creates it from its members.
    package init(batchId: Identifier, batchState: BatchState, instruction: Instruction) {
        self.batchId = batchId
        self.batchState = batchState
        self.instruction = instruction
    }
}
