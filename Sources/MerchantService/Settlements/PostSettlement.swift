import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// The money of settlements: coins are destroyed as their euros leave, and come back as they do.
struct PostSettlement: Sendable {
    let community: UUID
    let caller: Caller
    let now: Instant

    /// Euros have left for these lines of one settlement: one transfer destroys their coins.
    func settle(
        _ lines: [SettlementLine],
        of coin: String,
        as transfer: UUID,
        reference: String,
        _ connection: Connection
    ) throws {
        guard !lines.isEmpty else { return }
        let total = lines.reduce(0) { $0 + $1.net }
        let books = try books(coin, connection)
        try post(
            [
                TransferProposal(
                    id: transfer,
                    kind: .settlement,
                    legs: [
                        .exact(account: books.redemption, minorUnits: -total),
                        .exact(account: books.issuance, minorUnits: total),
                        .exact(account: books.reserve, minorUnits: -total),
                        .exact(account: books.bank, minorUnits: total),
                    ],
                    reference: reference,
                    client: caller.client,
                    party: caller.party
                )
            ],
            connection
        )
        try SettlementChanges.markSettled(
            lines.map(\.redemption),
            by: transfer,
            at: now,
            community,
            connection
        )
    }

    /// The bank paid nothing for these lines, or has brought it back: their merchants get back what
    /// they handed in, with the fee.
    func giveBack(
        _ lines: [(line: SettlementLine, reason: String?)],
        of coin: String,
        newID: () -> UUID,
        _ connection: Connection
    ) throws {
        let books = try books(coin, connection)
        var rest = lines[...]
        while !rest.isEmpty {
            // A line that was paid takes two transfers.
            let set = rest.prefix(Ledger.largestBatch / 2)
            rest = rest.dropFirst(set.count)
            let handedIn = try Ledger.legs(
                ofAll: set.map { $0.line.redemption },
                community: community,
                connection
            )
            var proposals: [TransferProposal] = []
            var returns: [UUID] = []
            for (line, _) in set {
                if let settled = line.settlementTransfer {
                    proposals.append(back(line, settled, books, as: newID()))
                }
                guard let legs = handedIn[line.redemption] else {
                    throw PostgresError.decoding("a redemption without its transfer")
                }
                let id = newID()
                returns.append(id)
                proposals.append(giveBack(line, legs, as: id))
            }
            try post(proposals, connection)
            try SettlementChanges.markReturned(
                set.map { $0.line.redemption },
                by: returns,
                reasons: set.map { $0.reason.map { String($0.prefix(35)) } },
                at: now,
                community,
                connection
            )
        }
    }

    /// The euros of a line return, and as many coins exist again.
    private func back(
        _ line: SettlementLine,
        _ settled: UUID,
        _ books: Ledger.CoinAccounts,
        as id: UUID
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: .settlementReturn,
            legs: [
                .exact(account: books.bank, minorUnits: -line.net),
                .exact(account: books.reserve, minorUnits: line.net),
                .exact(account: books.issuance, minorUnits: -line.net),
                .exact(account: books.redemption, minorUnits: line.net),
            ],
            reference: line.endToEndID,
            related: settled,
            isLinkedToNext: true,
            client: caller.client,
            party: caller.party
        )
    }

    private func giveBack(
        _ line: SettlementLine,
        _ legs: [Ledger.PostedLeg],
        as id: UUID
    ) -> TransferProposal {
        TransferProposal(
            id: id,
            kind: .redemptionReturn,
            legs: legs.map { .exact(account: $0.account, minorUnits: -$0.minorUnits) },
            reference: line.endToEndID,
            related: line.redemption,
            client: caller.client,
            party: caller.party
        )
    }

    private func books(_ coin: String, _ connection: Connection) throws -> Ledger.CoinAccounts {
        guard let books = try Ledger.accounts(ofCoin: coin, community: community, connection)
        else { throw PostgresError.decoding("a settlement of a coin without books") }
        return books
    }

    private func post(_ proposals: [TransferProposal], _ connection: Connection) throws {
        let outcome = try Ledger.post(proposals, community: community, connection)
        do {
            for verdict in outcome.verdicts { try verdict.requirePosted() }
        } catch let refusal {
            throw Problem(refusal)
        }
    }
}
