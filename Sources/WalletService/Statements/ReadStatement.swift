import API
import FoundationEssentials
import Postgres
import ServiceKit

/// Reads a page of a wallet's statement: the postings of all its pots merged, newest first.
///
/// Balances are those that the postings carry: nothing is summed over the history. The postings'
/// primary key is the order of the statement, so a page begins where its cursor says.
struct ReadStatement: Sendable {
    let wallet: UUID
    let party: UUID
    let community: UUID
    /// Only this coin; all when `nil`.
    let coin: String?
    let fromAt: Instant?
    let untilAt: Instant?
    let cursor: StatementCursor?
    let limit: Int

    func callAsFunction(_ database: Database) async throws -> Page<StatementLine> {
        let isOwn = try await database.query(
            WalletQueries.wallet(wallet, of: party, community: community)
        ) { !$0.isEmpty }
        guard isOwn else { throw Problem.notFound("wallet") }
        // One statement, hence one snapshot of all pots.
        let page = try await database.query(
            StatementQueries.page(
                of: wallet,
                community: community,
                coin: coin,
                cursor: cursor,
                fromAt: fromAt,
                untilAt: untilAt,
                limit: limit
            ),
            StatementQueries.page
        )
        let shown = page.postings.prefix(limit)
        let next = page.postings.count > limit ? shown.last.map(\.cursor.text) : nil
        return Page(items: lines(shown, page.starts), next: next)
    }

    /// Goes back from the balances at the page's start, posting by posting.
    private func lines(
        _ postings: some Sequence<PotPosting>,
        _ starts: [UUID: (coin: CoinDigits, balance: Int64)]
    ) -> [StatementLine] {
        var walletBalance: [String: Int64] = [:]
        for (coin, balance) in starts.values { walletBalance[coin.code, default: 0] += balance }
        return postings.compactMap { posting in
            guard let coin = starts[posting.pot]?.coin else { return nil }
            let balance = walletBalance[coin.code, default: 0]
            walletBalance[coin.code] = balance - posting.amount
            return StatementLine(
                transferId: Identifier(posting.transfer),
                postedAt: posting.postedAt,
                kind: posting.kind,
                amount: SignedAmount(
                    minorUnits: posting.amount,
                    coin: coin.code,
                    digits: coin.digits
                ),
                walletBalance: coin.amount(balance),
                potId: Identifier(posting.pot),
                potBalance: coin.amount(posting.balanceAfter),
                reference: posting.reference,
                counterparty: Counterparty(name: posting.counterparty),
                reservationId: posting.hold.map(Identifier.init)
            )
        }
    }
}
