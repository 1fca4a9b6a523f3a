import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Moves coins from the caller's wallet to another one of the community.
struct CreateTransfer: Sendable {
    let creation: TransferCreation
    let caller: Caller
    let community: UUID
    let id: UUID

    func callAsFunction(_ connection: Connection) throws -> Transfer {
        let payer = try payingWallet(connection)
        let payee = try receivingWallet(connection)
        guard payer != payee else { throw TransferRefusal.sameWallet.problem }
        let coin = try CoinDigits.find(
            creation.amount.coin,
            community: community,
            connection
        )
        let minorUnits = try creation.amount.minorUnits(digits: coin.digits)
        let postedAt = try post(minorUnits, of: coin, from: payer, to: payee, connection)
        let transfer = Transfer(
            id: Identifier(id),
            fromWalletId: Identifier(payer),
            toWalletId: Identifier(payee),
            amount: coin.amount(minorUnits),
            reference: creation.reference,
            postedAt: postedAt
        )
        try connection.execute(
            TransferQueries.insert(transfer, minorUnits: minorUnits, community: community)
        )
        return transfer
    }

    private func payingWallet(_ connection: Connection) throws -> UUID {
        let wallet = creation.fromWalletId.uuid
        let own = try connection.query(
            WalletQueries.wallet(wallet, of: caller.party, community: community)
        )
        guard !own.isEmpty else { throw TransferRefusal.unknownWallet.problem }
        return wallet
    }

    private func receivingWallet(_ connection: Connection) throws -> UUID {
        let rows =
            switch creation.to {
            case .wallet(let id):
                try connection.query(
                    TransferQueries.recipient(id: id.uuid, community: community)
                )
            case .alias(let alias):
                try connection.query(
                    TransferQueries.recipient(alias: alias, community: community)
                )
            }
        guard let row = rows.first else { throw TransferRefusal.unknownRecipient.problem }
        return try row.decode(UUID.self)
    }

    /// Draws on the payer's pots in spending order, into the payee's pot of free coins.
    private func post(
        _ minorUnits: Int64,
        of coin: CoinDigits,
        from payer: UUID,
        to payee: UUID,
        _ connection: Connection
    ) throws -> Instant {
        let sources = try connection.query(
            TransferQueries.pots(of: payer, coin: coin.code, community: community)
        ).map { try $0.decode(UUID.self) }
        guard !sources.isEmpty else { throw Problem(LedgerRefusal.insufficientFunds) }
        let target = try connection.query(
            TransferQueries.openFreePot(of: payee, coin: coin.code, community: community)
        ).one().decode(UUID.self)
        let proposal = TransferProposal(
            id: id,
            kind: .transfer,
            legs: [.exact(account: target, minorUnits: minorUnits)]
                + sources.map { .draw(account: $0) },
            reference: creation.reference,
            client: caller.client,
            party: caller.party
        )
        do {
            return Instant(try Ledger.post(proposal, community: community, connection))
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }
}
