import FoundationEssentials

/// What an audit of the books found.
package struct AuditReport: Sendable, Encodable {
    /// The books of one coin, derived from its postings.
    package struct CoinBooks: Sendable, Encodable {
        /// In lower case, as everywhere.
        package let communityId: String
        /// The coin's code.
        package let coin: String
        /// What is outside the issuer: what the issuance account lacks.
        package let circulationMinorUnits: Int64
        /// Euro in the reserve account.
        package let reserveMinorUnits: Int64
        /// What all other accounts of the coin hold together, sinks among them.
        package let elsewhereMinorUnits: Int64
        /// What sinks hold: the part that nobody can spend any more.
        package let sunkMinorUnits: Int64
        /// How many accounts it has.
        package let accounts: Int
        /// How many postings they have.
        package let postings: Int
    }

    /// The end of a hash chain. Kept elsewhere, it shows later whether history was rewritten whole.
    package struct Chain: Sendable, Encodable {
        /// In lower case, as everywhere.
        package let communityId: String
        /// Whose chain of the community it is.
        package let lane: String
        /// How many links it has.
        package let links: Int64
        /// The last link's head, in hexadecimal digits.
        package let head: String
    }

    /// The end of an audit trail.
    package struct Trail: Sendable, Encodable {
        /// In lower case, as everywhere.
        package let communityId: String
        /// How many events it has.
        package let events: Int64
        /// The last event's head, in hexadecimal digits.
        package let head: String
    }

    /// Something that does not agree.
    package struct Drift: Sendable, Encodable, Hashable {
        /// What was compared; a stable code.
        package let check: Check
        /// In lower case, as everywhere.
        package let communityId: String
        /// The account, the transfer or the coin.
        package let subject: String
        /// What follows from the postings.
        package let expected: String
        /// What is stored.
        package let found: String
    }

    /// What an audit compares.
    package enum Check: String, Sendable, Encodable, CaseIterable {
        /// The postings of an account have no numbers 1, 2, 3 … without gaps.
        case sequence
        /// `balance_after` is not the balance before and the amount.
        case runningBalance = "running-balance"
        /// The posted balance of an account is not the sum of its postings.
        case postedBalance = "posted-balance"
        /// The moments of an account's postings run backwards, or its latest is another.
        case moments
        /// A balance is below its floor, or was below zero where none may be.
        case floor
        /// A balance is above its ceiling.
        case ceiling
        /// What an account keeps is not what holds took of it.
        case held
        /// A hold is not its parts, or not what was captured of it and what remains.
        case hold
        /// A posting names an account that does not exist.
        case unknownAccount = "unknown-account"
        /// The legs of a transfer do not add up to zero in each unit.
        case unbalancedTransfer = "unbalanced-transfer"
        /// A leg of a transfer has no posting on an account of its coin at its moment.
        case legsWithoutPostings = "legs-without-postings"
        /// A posting is no leg of its transfer.
        case postingsWithoutLegs = "postings-without-legs"
        /// What was counted as given back is not what reversals gave back.
        case reversal
        /// Reversals gave back more than the original moved.
        case reversalAboveOriginal = "reversal-above-original"
        /// A transfer is in no link of the hash chain.
        case unchainedTransfer = "unchained-transfer"
        /// The transfers of a link are not those that were linked, or not as they were.
        case batchContents = "batch-contents"
        /// A link does not follow from the one before it.
        case link
        /// A chain does not end where its last link does.
        case chainHead = "chain-head"
        /// An event of the audit trail does not follow from the one before it and its content.
        case auditEvent = "audit-event"
        /// The chain of an audit trail does not end where its last event does.
        case auditHead = "audit-head"
        /// An audit trail does not have what it is known to have had.
        case auditKnownHead = "audit-known-head"
        /// A recorded answer tells of a transfer that is not there.
        case record
        /// A paid or refunded payment, or a refund, has no such transfer.
        case payment
        /// A reservation is not the ledger's hold, or not what was captured of it.
        case reservation
        /// What left a programme, or was set apart for somebody, without a line of an approved batch or a
        /// standing payment of its amount.
        case programmePayment = "programme-payment"
        /// The coin's `circulation` is not what its issuance account lacks.
        case circulation
        /// The coin's `reserve` is not what its reserve account holds.
        case reserve
        /// Circulation and reserve differ.
        case coverage
        /// Circulation is not the sum of all other accounts of the coin.
        case whereabouts
        /// Depreciation went somewhere else than into a sink.
        case depreciation
    }

    /// How many communities were read.
    package var communities = 0
    /// How many accounts were read.
    package var accounts = 0
    /// How many transfers were read.
    package var transfers = 0
    /// How many postings were read.
    package var postings = 0
    /// The books of every coin.
    package var coins: [CoinBooks] = []
    /// The ends of all hash chains.
    package var chains: [Chain] = []
    /// The ends of all audit trails.
    package var trails: [Trail] = []
    /// The first of them; `omittedDrifts` counts the others.
    package private(set) var drifts: [Drift] = []
    /// Drifts beyond the list.
    package private(set) var omittedDrifts = 0

    /// Whether all agrees.
    package var isSound: Bool { drifts.isEmpty }

    static let largestList = 100

    mutating func add(_ drift: Drift) {
        guard drifts.count < Self.largestList else {
            omittedDrifts += 1
            return
        }
        drifts.append(drift)
    }
}
