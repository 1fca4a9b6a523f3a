import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// What an approved batch may still pay, in an account of its own: out of reach of everything else
/// that the programme pays, and never below 0.
struct Commitment: Sendable {
    let account: UUID
    let programme: ProgrammeAccounts
    let community: UUID

    /// The commitment of a batch, opened when it has none. The batch is locked.
    static func open(
        for standing: BatchQueries.Standing,
        batch: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> Commitment {
        guard
            let programme = try ProgrammeAccounts.find(
                standing.programme,
                community: community,
                connection
            )
        else { throw Problem.notFound("programme") }
        if let account = standing.commitmentAccount {
            return Commitment(account: account, programme: programme, community: community)
        }
        let account = UUID()
        try Ledger.openAccounts(
            [account],
            .commitment,
            coin: programme.coin.code,
            community: community,
            connection
        )
        try connection.execute(
            """
            UPDATE disbursement.batch SET commitment_account_id = \(account)
             WHERE community_id = \(community) AND id = \(batch)
            """
        )
        return Commitment(account: account, programme: programme, community: community)
    }

    /// Takes so many minor units out of the programme; throws 422 `budget-exceeded` when it has
    /// less.
    func take(_ minorUnits: Int64, id: UUID, by client: UUID, _ connection: Connection) throws {
        do {
            try Ledger.post(
                proposal(taking: minorUnits, id: id, by: client),
                community: community,
                connection
            )
        } catch LedgerRefusal.insufficientFunds, LedgerRefusal.amountOutOfRange {
            throw Problem(
                .budgetExceeded,
                "The programme has less available than the batch would take."
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }

    /// Gives so many minor units back to the programme, in a transfer of their own.
    func giveBack(
        _ minorUnits: Int64,
        id: UUID,
        by client: UUID,
        _ connection: Connection
    ) throws {
        try Ledger.post(
            proposal(givingBack: minorUnits, id: id, by: client),
            community: community,
            connection
        )
    }

    /// Gives so many minor units back to the programme, or takes them when negative.
    func proposal(givingBack minorUnits: Int64, id: UUID, by client: UUID) -> TransferProposal {
        proposal(taking: -minorUnits, id: id, by: client)
    }

    private func proposal(
        taking minorUnits: Int64,
        id: UUID,
        by client: UUID
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: .commitment,
            legs: [
                .exact(account: programme.account, minorUnits: -minorUnits),
                .exact(account: account, minorUnits: minorUnits),
            ],
            client: client
        )
    }
}
