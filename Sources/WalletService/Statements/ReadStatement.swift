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

    func callAsFunction(_ connection: Connection) throws -> Page<StatementLine> {
        let own = try connection.query(
            WalletQueries.wallet(wallet, of: party, community: community)
        )
        guard !own.isEmpty else { throw Problem.notFound("wallet") }
        let pots = try StatementQueries.starts(
            connection.query(
                StatementQueries.starts(
                    in: wallet,
                    community: community,
                    coin: coin,
                    cursor: cursor,
                    untilAt: untilAt
                )
            )
        )
        let postings = try StatementQueries.postings(
            connection.query(
                StatementQueries.postings(
                    of: pots,
                    wallet: wallet,
                    community: community,
                    fromAt: fromAt,
                    limit: limit
                )
            )
        )
        let shown = Array(postings.prefix(limit))
        let merchants = try merchantNames(for: shown, connection)
        let next = postings.count > limit ? shown.last.map(\.cursor.text) : nil
        return Page(items: lines(shown, pots, merchants), next: next)
    }

    /// Goes back from the balances at the page's start, posting by posting.
    private func lines(
        _ postings: [PotPosting],
        _ pots: [PotStart],
        _ merchants: [UUID: String]
    ) -> [StatementLine] {
        let coins = Dictionary(pots.map { ($0.id, $0.coin) }) { first, _ in first }
        var walletBalance: [String: Int64] = [:]
        for pot in pots { walletBalance[pot.coin.code, default: 0] += pot.balance }
        return postings.compactMap { posting in
            guard let coin = coins[posting.pot] else { return nil }
            let balance = walletBalance[coin.code, default: 0]
            walletBalance[coin.code] = balance - posting.amount
            let name =
                posting.counterparty ?? posting.accounts.lazy.compactMap { merchants[$0] }.first
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
                counterparty: Counterparty(name: name)
            )
        }
    }

    /// Names of the merchants on the other side, by their ledger accounts.
    private func merchantNames(
        for postings: [PotPosting],
        _ connection: Connection
    ) throws -> [UUID: String] {
        let accounts = Set(postings.filter(\.isWithMerchant).flatMap(\.accounts))
        guard !accounts.isEmpty else { return [:] }
        return try StatementQueries.merchants(
            connection.query(
                StatementQueries.merchants(withAccounts: Array(accounts), community: community)
            )
        )
    }
}
