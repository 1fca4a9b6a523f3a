import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// Books the euros that a statement tells of for the programmes they name, and lists the others for
/// somebody to assign, all of it in one transaction. A file that was imported before changes nothing,
/// and a credit that another file told of is not booked again.
struct ImportBankStatement: Sendable {
    let community: UUID
    let caller: Caller
    let id: UUID
    let file: ReceivedBankStatement
    let newID: @Sendable () -> UUID
    let now: Instant

    /// A credit that names its programme.
    private struct Match {
        let id: UUID
        let amount: Int64
        let programme: FundedProgramme
        let reference: String
    }

    /// The statement, and whether it is the first time that this file came.
    func callAsFunction(
        _ connection: Connection
    ) throws -> (statement: BankStatement, isNew: Bool) {
        guard try BankStatementQueries.insert(self, connection) else {
            return (try BankStatementQueries.statement(file.sha256, community, connection), false)
        }
        let credits = file.credits.map { (id: newID(), credit: $0) }
        let unseen = try BankCreditQueries.insert(credits, of: self, connection)
        let matching = BankCreditMatching(
            try FundingQueries.programmes(
                at: Set(file.credits.map(\.iban)),
                community,
                connection
            )
        )
        let matches: [Match] = credits.compactMap { id, credit in
            guard unseen.contains(id), let programme = matching.programme(of: credit) else {
                return nil
            }
            let reference = credit.bankReference ?? programme.reference.text
            return Match(
                id: id,
                amount: credit.amount,
                programme: programme,
                reference: reference
            )
        }
        let unclear = try BankCreditQueries.keepUnclear(
            matches.map(\.id),
            for: matches.map(\.programme.id),
            community,
            connection
        )
        let clear = matches.filter { !unclear.contains($0.id) }
        for (coin, matches) in Dictionary(grouping: clear, by: \.programme.coin)
            .sorted(by: { $0.key < $1.key })
        {
            try fund(matches, coin: coin, connection)
        }
        return (try BankStatementQueries.statement(file.sha256, community, connection), true)
    }

    /// What the ledger refuses, of a budget that is full or closed, waits for a person.
    private func fund(_ matches: [Match], coin: String, _ connection: Connection) throws {
        let posting = try FundingPosting(
            coin: coin,
            community: community,
            caller: caller,
            connection
        )
        var rest = matches[...]
        while !rest.isEmpty {
            let set = rest.prefix(Ledger.largestBatch)
            rest = rest.dropFirst(set.count)
            let outcome = try Ledger.post(
                set.map {
                    posting.proposal(
                        $0.id,
                        $0.amount,
                        to: $0.programme.account,
                        reference: $0.reference
                    )
                },
                community: community,
                connection
            )
            let funded = zip(set, outcome.verdicts).filter { $0.1 == .posted }.map(\.0)
            try BankCreditQueries.markFunded(
                funded.map(\.id),
                for: funded.map(\.programme.id),
                community,
                connection
            )
            try FundingQueries.insert(
                ofCredits: funded.map(\.id),
                by: caller.client,
                at: now,
                community,
                connection
            )
        }
    }
}
