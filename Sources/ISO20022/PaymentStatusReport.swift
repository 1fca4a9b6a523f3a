/// A pain.002 that tells the sender of a payment file what becomes of it, in version 03 or 10.
package struct PaymentStatusReport: Sendable, Equatable {
    /// The versions that can be written; answer pain.001.001.03 with 03 and .09 with 10.
    package enum Version: String, Sendable, CaseIterable {
        case pain00200103 = "pain.002.001.03"
        case pain00200110 = "pain.002.001.10"
    }

    /// Status of a file or of a block.
    package enum GroupStatus: String, Sendable, CaseIterable {
        /// Received.
        case RCVD
        /// Technical validation succeeded.
        case ACTC
        /// Customer profile checked too.
        case ACCP
        /// Accepted with a change, such as a moved date.
        case ACWC
        /// Settlement in process.
        case ACSP
        /// Settlement completed.
        case ACSC
        /// Some accepted, some rejected.
        case PART
        case PDNG
        case RJCT
    }

    /// Status of one credit transfer.
    package enum TransactionStatus: String, Sendable, CaseIterable {
        case ACTC
        case ACCP
        case ACWC
        case ACSP
        case ACSC
        /// Credited to the creditor. The closed list of version 03 lacks it; there it is
        /// written as ACSC, settlement completed.
        case ACCC
        case PDNG
        case RJCT
    }

    /// Why a status was given.
    package struct Reason: Sendable, Equatable {
        package let code: StatusReason
        /// Plain words; written in pieces of 105 characters.
        package let text: String

        package init(code: StatusReason, text: String = "") {
            (self.code, self.text) = (code, text)
        }
    }

    /// What the report is about; repeats the original's own words.
    package struct OriginalMessage: Sendable, Equatable {
        package let messageID: String
        /// Such as `pain.001.001.03`.
        package let messageType: String
        /// `CreDtTm` as the original wrote it.
        package let createdAt: String?
        package let count: Int?
        package let controlSumMinorUnits: Int64?

        package init(
            messageID: String,
            messageType: String,
            createdAt: String? = nil,
            count: Int? = nil,
            controlSumMinorUnits: Int64? = nil
        ) {
            self.messageID = messageID
            self.messageType = messageType
            self.createdAt = createdAt
            self.count = count
            self.controlSumMinorUnits = controlSumMinorUnits
        }
    }

    /// One credit transfer of the original.
    package struct Transaction: Sendable, Equatable {
        package let instructionID: String?
        package let endToEndID: String?
        package let status: TransactionStatus
        package let reasons: [Reason]
        /// Euro cents of the original instruction; helps where every EndToEndId is NOTPROVIDED.
        package let amountMinorUnits: Int64?

        package init(
            instructionID: String? = nil,
            endToEndID: String?,
            status: TransactionStatus,
            reasons: [Reason] = [],
            amountMinorUnits: Int64? = nil
        ) {
            self.instructionID = instructionID
            self.endToEndID = endToEndID
            self.status = status
            self.reasons = reasons
            self.amountMinorUnits = amountMinorUnits
        }
    }

    /// One block of the original.
    package struct Payment: Sendable, Equatable {
        package let id: String
        package let count: Int?
        package let controlSumMinorUnits: Int64?
        package let status: GroupStatus?
        package let reasons: [Reason]
        package let transactions: [Transaction]

        package init(
            id: String,
            count: Int? = nil,
            controlSumMinorUnits: Int64? = nil,
            status: GroupStatus? = nil,
            reasons: [Reason] = [],
            transactions: [Transaction] = []
        ) {
            self.id = id
            self.count = count
            self.controlSumMinorUnits = controlSumMinorUnits
            self.status = status
            self.reasons = reasons
            self.transactions = transactions
        }
    }

    package let version: Version
    /// 1 to 35 characters; longer ones are cut.
    package let messageID: String
    /// Microseconds since 1970, UTC.
    package let createdAtMicroseconds: Int64
    package let original: OriginalMessage
    package let groupStatus: GroupStatus?
    package let reasons: [Reason]
    package let payments: [Payment]

    package init(
        version: Version,
        messageID: String,
        createdAtMicroseconds: Int64,
        original: OriginalMessage,
        groupStatus: GroupStatus?,
        reasons: [Reason] = [],
        payments: [Payment] = []
    ) {
        self.version = version
        self.messageID = messageID
        self.createdAtMicroseconds = createdAtMicroseconds
        self.original = original
        self.groupStatus = groupStatus
        self.reasons = reasons
        self.payments = payments
    }
}
