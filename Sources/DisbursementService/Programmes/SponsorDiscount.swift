import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Sets coins of a programme aside for one of its discounts, or takes back what was not given away.
///
/// What was set apart for approved batches is not to be had: no discount makes a payment fail.
struct SponsorDiscount: Sendable {
    let programme: UUID
    let creation: SponsoringCreation
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(_ connection: Connection) throws -> Sponsoring {
        guard
            let programme = try ProgrammeAccounts.find(
                programme,
                community: community,
                connection
            )
        else { throw Problem.notFound("programme") }
        guard creation.amount.coin == programme.coin.code else {
            throw Problem(.unknownCoin, "The programme pays another coin.")
        }
        let direction = creation.direction ?? .give
        let amount = try creation.amount.minorUnits(digits: programme.coin.digits)
        let account = try discountAccount(connection, isGiven: direction == .give)
        let signed = direction == .give ? amount : -amount
        do {
            try Ledger.post(
                TransferProposal(
                    id: id,
                    kind: .sponsoring,
                    legs: [
                        .exact(account: programme.account, minorUnits: -signed),
                        .exact(account: account, minorUnits: signed),
                    ],
                    reference: nil,
                    client: caller.client,
                    party: caller.party
                ),
                community: community,
                connection
            )
        } catch LedgerRefusal.insufficientFunds where direction == .give {
            throw Problem(.budgetExceeded, "The programme has less than that to give.")
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
        try connection.execute(
            """
            UPDATE disbursement.programme SET sponsored = sponsored + \(signed)
             WHERE community_id = \(community) AND id = \(programme.id)
            """
        )
        return Sponsoring(
            id: Identifier(id),
            programmeId: Identifier(programme.id),
            discountId: creation.discountId,
            amount: creation.amount,
            direction: direction,
            postedAt: now
        )
    }

    private func discountAccount(_ connection: Connection, isGiven: Bool) throws -> UUID {
        let account = try connection.query(
            """
            SELECT merchant.discount_account(\(community), \(creation.discountId.uuid),
                                             \(programme), \(isGiven))
            """
        ).one().decode(UUID?.self)
        guard let account else {
            throw Problem(.unknownDiscount, "The programme has no such discount that runs.")
        }
        return account
    }
}
