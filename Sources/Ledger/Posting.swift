package import Domain
package import FoundationEssentials
package import Postgres

/// What the ledger did with a proposal.
package enum PostingVerdict: Sendable, Equatable {
    /// It stands now.
    case posted
    /// It stood already, with the same contents.
    case replayed
    /// It has no effect; the account is the one that stood in the way, where there is one.
    case refused(LedgerRefusal, account: UUID?)

    /// A verdict in the words of `ledger.post`; throws `PostgresError.decoding` for another word.
    package init(code: String, account: UUID? = nil) throws(PostgresError) {
        switch code {
        case "posted": self = .posted
        case "replayed": self = .replayed
        default:
            guard let refusal = LedgerRefusal(rawValue: code) else {
                throw .decoding("unknown verdict \(code)")
            }
            self = .refused(refusal, account: account)
        }
    }

    /// Throws the refusal, so that a use case reads on only when the money has moved.
    package func requirePosted() throws(LedgerRefusal) {
        if case .refused(let refusal, _) = self { throw refusal }
    }
}

/// The way money moves: proposals in, verdicts out, decided by `ledger.post` in the database.
package enum Ledger {
    /// The verdicts of a batch and the moment it was posted at.
    package struct Outcome: Sendable {
        /// In order of the proposals.
        package let verdicts: [PostingVerdict]
        package let postedAt: Timestamp
    }

    /// The most transfers in one batch.
    package static let largestBatch = 5000

    /// Posts a batch of one community in the caller's transaction.
    ///
    /// Every proposal gets its own verdict; refused ones have no effect. Throws `PostgresError`.
    package static func post(
        _ proposals: [TransferProposal],
        community: UUID,
        _ connection: Connection
    ) throws -> Outcome {
        precondition(proposals.count <= largestBatch, "batch too large")
        var legTransfers: [Int32] = []
        var legAccounts: [UUID] = []
        var legAmounts: [Int64?] = []
        for (index, proposal) in proposals.enumerated() {
            for leg in proposal.legs {
                legTransfers.append(Int32(index + 1))
                switch leg {
                case .exact(let account, let minorUnits):
                    legAccounts.append(account)
                    legAmounts.append(minorUnits)
                case .draw(let account):
                    legAccounts.append(account)
                    legAmounts.append(nil)
                }
            }
        }
        let rows = try connection.query(
            """
            SELECT verdicts, blamed_accounts, posted_at FROM ledger.post(
                \(community), \(proposals.map(\.id)), \(proposals.map(\.kind.rawValue)),
                \(proposals.map(\.reference)), \(proposals.map(\.related)),
                \(proposals.map(\.hold)), \(proposals.map(\.client)), \(proposals.map(\.party)),
                \(proposals.map(\.isLinkedToNext)), \(legTransfers), \(legAccounts), \(legAmounts))
            """
        )
        let (codes, blamed, postedAt) = try rows.one().decode(
            [String].self,
            [UUID?].self,
            Timestamp.self
        )
        let verdicts = try zip(codes, blamed).map { code, account in
            try PostingVerdict(code: code, account: account)
        }
        return Outcome(verdicts: verdicts, postedAt: postedAt)
    }

    /// Posts one transfer in the caller's transaction; throws its `LedgerRefusal`, or
    /// `PostgresError`.
    @discardableResult
    package static func post(
        _ proposal: TransferProposal,
        community: UUID,
        _ connection: Connection
    ) throws -> Timestamp {
        let outcome = try post([proposal], community: community, connection)
        try outcome.verdicts[0].requirePosted()
        return outcome.postedAt
    }
}
