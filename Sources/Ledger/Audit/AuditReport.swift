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
        /// What all other accounts of the coin hold together.
        package let elsewhereMinorUnits: Int64
        /// How many accounts it has.
        package let accounts: Int
        /// How many postings they have.
        package let postings: Int
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
        /// `balance_after` is not the sum up to and with the posting.
        case runningBalance = "running-balance"
        /// The posted balance of an account is not the sum of its postings.
        case postedBalance = "posted-balance"
        /// A balance is or was below its floor.
        case floor
        /// A posting names an account that does not exist.
        case unknownAccount = "unknown-account"
        /// The legs of a transfer do not add up to zero in each unit.
        case unbalancedTransfer = "unbalanced-transfer"
        /// The legs of a transfer are not its postings.
        case legsWithoutPostings = "legs-without-postings"
        /// A posting is no leg of its transfer.
        case postingsWithoutLegs = "postings-without-legs"
        /// The coin's `circulation` is not what its issuance account lacks.
        case circulation
        /// The coin's `reserve` is not what its reserve account holds.
        case reserve
        /// Circulation and reserve differ.
        case coverage
        /// Circulation is not the sum of all other accounts of the coin.
        case whereabouts
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
    /// The first of them; `omittedDrifts` counts the others.
    package private(set) var drifts: [Drift] = []
    /// Drifts beyond the list.
    package private(set) var omittedDrifts = 0

    /// Whether all agrees.
    package var isSound: Bool { drifts.isEmpty }

    static let largestList = 100

    mutating func add(
        _ check: Check,
        community: UUID,
        subject: String,
        expected: some CustomStringConvertible,
        found: some CustomStringConvertible
    ) {
        guard drifts.count < Self.largestList else {
            omittedDrifts += 1
            return
        }
        drifts.append(
            Drift(
                check: check,
                communityId: community.uuidString.lowercased(),
                subject: subject,
                expected: expected.description,
                found: found.description
            )
        )
    }
}
