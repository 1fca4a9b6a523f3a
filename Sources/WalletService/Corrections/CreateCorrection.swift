import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Gives back, between the same accounts, what a transfer moved: all of it, or a part when it went
/// from one account to another. How a part of more legs would be shared is nobody's to guess.
struct CreateCorrection: Sendable {
    let creation: CorrectionCreation
    let community: UUID
    let caller: Caller
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> Correction {
        let transfer = creation.transferId.uuid
        let coin = try connection.query(
            CorrectionQueries.coin(of: transfer, community: community)
        ).first?.decode(String.self)
        guard let coin,
            let moved = try Ledger.legs(of: transfer, community: community, connection)
        else { throw Self.refused("The community has no such transfer.") }
        let back = try part(of: moved, coin)
        let proposal = TransferProposal(
            id: id,
            kind: .correction,
            legs: back.map { .exact(account: $0.account, minorUnits: $0.minorUnits) },
            reference: creation.reason,
            related: transfer,
            client: caller.client,
            party: caller.party
        )
        let postedAt: Timestamp
        do {
            postedAt = try Ledger.post(proposal, community: community, connection)
        } catch let refusal as LedgerRefusal {
            throw Self.problem(refusal)
        }
        let amount = back.reduce(0) { $0 + max(0, $1.minorUnits) }
        return Correction(
            id: Identifier(id),
            transferId: creation.transferId,
            amount: Amount(minorUnits: amount, coin: coin, digits: CoinDigits.pegged),
            reason: creation.reason,
            postedAt: Instant(postedAt)
        )
    }

    /// The legs turned round.
    private func part(
        of moved: [(account: UUID, minorUnits: Int64)],
        _ coin: String
    ) throws -> [(account: UUID, minorUnits: Int64)] {
        guard let amount = creation.amount else {
            return moved.map { ($0.account, -$0.minorUnits) }
        }
        let units = try amount.minorUnits(digits: CoinDigits.pegged)
        guard amount.coin == coin else {
            throw Self.refused("The transfer moved another coin.")
        }
        guard moved.count == 2 else {
            throw Self.refused("A transfer of more than two accounts is corrected as a whole.")
        }
        return moved.map { ($0.account, -$0.minorUnits.signum() * units) }
    }

    private static func problem(_ refusal: LedgerRefusal) -> Problem {
        switch refusal {
        case .reversalExceeds:
            refused("That much is not left of the transfer, or it gave something back itself.")
        case .forbidden: refused("Such a transfer is not corrected.")
        default: Problem(refusal)
        }
    }

    private static func refused(_ detail: String) -> Problem {
        Problem(.notCorrectable, detail)
    }
}
