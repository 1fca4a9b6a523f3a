import FoundationEssentials
import Postgres

/// Goes through the accounts of a community in the order of their ids and adds up the postings of
/// each in the order of their numbers.
struct AccountWalk {
    let community: UUID
    /// What the postings of all accounts add up to, by coin and kind of account.
    private(set) var sums: [String: CoinSums] = [:]

    /// What the accounts of one coin hold, derived.
    struct CoinSums {
        var byKind: [String: Int64] = [:]
        var accounts = 0
        var postings = 0
    }

    init(community: UUID) {
        self.community = community
    }

    private struct Account {
        let id: UUID
        let coin: String
        let kind: String
        let posted: Int64
        let held: Int64
        let floor: Int64?
        let seq: Int64
        // Derived so far.
        var sum: Int64 = 0
        var count: Int64 = 0
    }

    mutating func run(
        _ connection: Connection,
        into report: inout AuditReport,
        progress: (Int) -> Void
    ) throws {
        var from: UUID?
        while true {
            var accounts = try Self.accounts(community, after: from, connection)
            let isLast = accounts.count < LedgerAudit.pageSize
            let until = isLast ? nil : accounts.last?.id
            try addPostings(
                after: from,
                until: until,
                to: &accounts,
                connection,
                into: &report,
                progress
            )
            for account in accounts { close(account, into: &report) }
            if isLast { return }
            from = until
        }
    }

    private static func accounts(
        _ community: UUID,
        after: UUID?,
        _ connection: Connection
    ) throws -> [Account] {
        try connection.query(
            """
            SELECT id, coin, kind, posted, held, floor, seq FROM ledger.account
             WHERE community_id = \(community)
               AND (\(after)::uuid IS NULL OR id > \(after)::uuid)
             ORDER BY id LIMIT \(LedgerAudit.pageSize)
            """
        ).map { row in
            let (id, coin, kind, posted, held, floor, seq) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int64.self,
                Int64.self,
                Int64?.self,
                Int64.self
            )
            return Account(
                id: id,
                coin: coin,
                kind: kind,
                posted: posted,
                held: held,
                floor: floor,
                seq: seq
            )
        }
    }

    /// Streams the postings of the accounts with ids after `after` up to `until`, by the primary
    /// key; also those of accounts that do not exist.
    private mutating func addPostings(
        after: UUID?,
        until: UUID?,
        to accounts: inout [Account],
        _ connection: Connection,
        into report: inout AuditReport,
        _ progress: (Int) -> Void
    ) throws {
        let places = Dictionary(
            uniqueKeysWithValues: accounts.enumerated().map { ($0.element.id, $0.offset) }
        )
        // All postings of `after` itself were read with the page before.
        var position: (account: UUID?, seq: Int64) = (after, .max)
        while true {
            let rows = try connection.query(
                """
                SELECT account_id, seq, amount, balance_after FROM ledger.posting
                 WHERE community_id = \(community)
                   AND (\(position.account)::uuid IS NULL
                        OR (account_id, seq) > (\(position.account)::uuid, \(position.seq)))
                   AND (\(until)::uuid IS NULL OR account_id <= \(until)::uuid)
                 ORDER BY account_id, seq LIMIT \(LedgerAudit.pageSize)
                """
            )
            for row in rows {
                let (id, seq, amount, after) = try row.decode(
                    UUID.self,
                    Int64.self,
                    Int64.self,
                    Int64.self
                )
                position = (id, seq)
                report.postings += 1
                guard let place = places[id] else {
                    report.add(
                        .unknownAccount,
                        community: community,
                        subject: text(id),
                        expected: "an account",
                        found: "posting \(seq)"
                    )
                    continue
                }
                add(amount, seq: seq, balanceAfter: after, to: &accounts[place], into: &report)
            }
            progress(report.postings)
            if rows.count < LedgerAudit.pageSize { return }
        }
    }

    private func add(
        _ amount: Int64,
        seq: Int64,
        balanceAfter: Int64,
        to account: inout Account,
        into report: inout AuditReport
    ) {
        account.count += 1
        let (sum, overflowed) = account.sum.addingReportingOverflow(amount)
        account.sum = overflowed ? account.sum : sum
        let subject = "\(text(account.id)) #\(seq)"
        if seq != account.count {
            report.add(
                .sequence,
                community: community,
                subject: subject,
                expected: account.count,
                found: seq
            )
            // Report a gap once, not for all that follows.
            account.count = seq
        }
        if overflowed || balanceAfter != account.sum {
            report.add(
                .runningBalance,
                community: community,
                subject: subject,
                expected: overflowed ? "an amount in range" : String(account.sum),
                found: balanceAfter
            )
        }
        if let floor = account.floor, account.sum < floor {
            report.add(
                .floor,
                community: community,
                subject: subject,
                expected: "\(floor) or more",
                found: account.sum
            )
        }
    }

    private mutating func close(_ account: Account, into report: inout AuditReport) {
        report.accounts += 1
        let subject = text(account.id)
        if account.seq != account.count {
            report.add(
                .sequence,
                community: community,
                subject: subject,
                expected: account.count,
                found: account.seq
            )
        }
        if account.posted != account.sum {
            report.add(
                .postedBalance,
                community: community,
                subject: subject,
                expected: account.sum,
                found: account.posted
            )
        }
        if let floor = account.floor, account.sum - account.held < floor {
            report.add(
                .floor,
                community: community,
                subject: subject,
                expected: "\(floor) or more",
                found: account.sum - account.held
            )
        }
        var sums = self.sums[account.coin] ?? CoinSums()
        sums.byKind[account.kind, default: 0] += account.sum
        sums.accounts += 1
        sums.postings += Int(account.count)
        self.sums[account.coin] = sums
    }

    private func text(_ id: UUID) -> String { id.uuidString.lowercased() }
}
