import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Credits some lines of an approved batch: to the receiver's pot, or set apart for whoever
/// may still get a wallet. An alias that nobody has fails: money that waited for it would go
/// to whoever takes the name first. So do cards and codes that were never given out. Money and
/// states change in one commit, and the transfer's id is the line's: whatever is killed when, each line
/// is credited once.
struct CreditSet: Sendable {
    let batch: ApprovedBatch.Key
    /// Ids for what is made on the way.
    let newID: @Sendable () -> UUID
    /// From 0: the lines of set `n` are those from `n * size + 1` on.
    let number: Int32

    /// Large enough that commits cost little, small enough that whoever pays meanwhile from a pot
    /// that is being credited does not notice.
    private static let size: Int32 = 4_000

    /// The numbers of the sets that these lines are in.
    static func sets(of lines: ClosedRange<Int32>) -> ClosedRange<Int32> {
        (lines.lowerBound - 1) / size...(lines.upperBound - 1) / size
    }

    /// Whether the set was ours; not when it has no lines to credit, nor while somebody else works at
    /// it.
    func callAsFunction(_ connection: Connection) throws -> Bool {
        guard try ExecutionQueries.claim(set: number, of: batch, connection),
            let batch = try ExecutionQueries.find(batch, .toCredit, connection)
        else { return false }
        let first = number * Self.size + 1
        let lines = try ExecutionQueries.openLines(
            of: batch,
            in: first...first + Self.size - 1,
            connection
        )
        guard !lines.isEmpty else { return false }
        let refused = try CreditRuleQueries.refused(lines, of: batch, connection)
        let allowed = lines.filter { refused[$0.nr] == nil }
        let pots = try Pots.open(
            in: allowed.compactMap(\.wallet),
            of: batch.programme,
            community: batch.community,
            connection
        )
        let payable = allowed.filter { $0.wallet != nil || $0.mayCome }
        // What the set was to take goes back first, and its credits are paid from there: what is
        // refused stays in the programme.
        let giveBack = batch.commitment.proposal(
            givingBack: lines.reduce(0) { $0 + $1.amount },
            id: newID(),
            by: batch.approvedBy
        )
        let outcome = try Ledger.post(
            [giveBack] + payable.map { proposal(for: $0, batch, pots) },
            community: batch.community,
            connection
        )
        try outcome.verdicts.first?.requirePosted()
        var outcomes = try zip(payable, outcome.verdicts.dropFirst()).map { line, verdict in
            try LineOutcome(
                line,
                verdict,
                pot: line.wallet.flatMap { pots[$0] },
                at: outcome.postedAt
            )
        }
        outcomes += allowed.filter { $0.wallet == nil && !$0.mayCome }
            .map { LineOutcome(failed: $0, LedgerRefusal.unknownAccount.rawValue) }
        outcomes += lines.compactMap { line in
            refused[line.nr].map { LineOutcome(failed: line, $0.rawValue) }
        }
        try ExecutionQueries.record(outcomes, of: batch, connection)
        try connection.notify(channel: Channel.batch, payload: "\(Identifier(batch.key.id))")
        return true
    }

    private func proposal(
        for line: OpenLine,
        _ batch: ApprovedBatch,
        _ pots: [UUID: UUID]
    ) -> TransferProposal {
        let pot = line.wallet.flatMap { pots[$0] }
        return TransferProposal(
            id: line.id,
            kind: pot == nil ? .reservation : .disbursement,
            legs: [
                .exact(account: batch.programme.account, minorUnits: -line.amount),
                .exact(
                    account: pot ?? batch.programme.reservedAccount,
                    minorUnits: line.amount
                ),
            ],
            reference: line.remittance,
            client: batch.approvedBy
        )
    }
}

/// What became of one line.
struct LineOutcome: Sendable {
    let nr: Int32
    let state: InstructionState
    let wallet: UUID?
    let creditedAt: Timestamp?
    /// In the words of the ledger, or of ``CreditRefusal``.
    let refusal: String?

    /// A line that cannot be credited; its money stays in the programme.
    init(failed line: OpenLine, _ reason: String) {
        nr = line.nr
        state = .failed
        wallet = nil
        creditedAt = nil
        refusal = reason
    }

    /// Throws a refusal that is no fact about the receiving account but a defect here.
    init(_ line: OpenLine, _ verdict: PostingVerdict, pot: UUID?, at moment: Timestamp) throws {
        nr = line.nr
        switch verdict {
        case .posted, .replayed:
            state = pot == nil ? .waiting : .credited
            wallet = pot == nil ? nil : line.wallet
            creditedAt = pot == nil ? nil : moment
            refusal = nil
        case .refused(let reason, _):
            switch reason {
            case .accountNotOpen, .accountExpired, .aboveCeiling, .amountOutOfRange,
                .dailyReceivingLimit:
                break
            default: throw reason
            }
            state = .failed
            wallet = nil
            creditedAt = nil
            refusal = reason.rawValue
        }
    }
}
