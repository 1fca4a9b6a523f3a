import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// The bank has paid: euros left the reserve, and as many coins cease to exist.
struct ConfirmSettlement: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let now: Instant

    func callAsFunction(
        bankReference: String,
        _ connection: Connection
    ) throws -> Settlement {
        guard let open = try SettlementQueries.lock(id, community, connection) else {
            throw Problem.notFound("settlement")
        }
        guard open.state == .created else {
            throw Problem(.settlementNotOpen, "The settlement was confirmed already.")
        }
        guard
            try SettlementQueries.markSettled(
                self,
                bankReference: bankReference,
                connection
            )
        else {
            throw Problem(
                .bankReferenceReused,
                "This bank reference confirmed another settlement."
            )
        }
        try destroy(open.total, coin: open.coin, bankReference, connection)
        let settled = try SettlementQueries.settlements(
            connection.query(SettlementQueries.find(id, community))
        )
        return settled[0]
    }

    private func destroy(
        _ total: Int64,
        coin: String,
        _ bankReference: String,
        _ connection: Connection
    ) throws {
        guard
            let books = try Ledger.accounts(ofCoin: coin, community: community, connection)
        else { throw Problem.notFound("settlement") }
        do {
            try Ledger.post(
                TransferProposal(
                    id: id,
                    kind: .settlement,
                    legs: [
                        .exact(account: books.redemption, minorUnits: -total),
                        .exact(account: books.issuance, minorUnits: total),
                        .exact(account: books.reserve, minorUnits: -total),
                        .exact(account: books.bank, minorUnits: total),
                    ],
                    reference: bankReference,
                    client: caller.client,
                    party: caller.party
                ),
                community: community,
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }
}
