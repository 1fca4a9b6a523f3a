import API
import FoundationEssentials
import Postgres
import ServiceKit

/// What it takes to move a programme's money.
struct ProgrammeAccounts: Sendable {
    let id: UUID
    let coin: CoinDigits
    /// The budget.
    let account: UUID
    /// What is set apart for people who have not enrolled.
    let reservedAccount: UUID

    static func find(
        _ id: UUID,
        community: UUID,
        _ connection: Connection
    ) throws -> ProgrammeAccounts? {
        try connection.query(
            """
            SELECT p.coin, k.digits, p.account_id, p.reserved_account_id
              FROM disbursement.programme p
              JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
             WHERE p.community_id = \(community) AND p.id = \(id)
            """
        ).first.map { row in
            let (coin, digits, account, reserved) = try row.decode(
                String.self,
                Int.self,
                UUID.self,
                UUID.self
            )
            return ProgrammeAccounts(
                id: id,
                coin: CoinDigits(code: coin, digits: digits),
                account: account,
                reservedAccount: reserved
            )
        }
    }
}

/// Reading programmes with their budgets.
enum ProgrammeQueries {
    // One statement, hence one snapshot: money that a batch moves meanwhile counts once.
    private static let columns = """
        p.id, p.name, p.coin, k.digits, p.created_at, a.posted, r.posted,
        (SELECT coalesce(sum(f.amount), 0)::bigint FROM disbursement.funding f
          WHERE f.community_id = p.community_id AND f.programme_id = p.id),
        (SELECT coalesce(sum(c.posted), 0)::bigint
           FROM disbursement.batch b
           JOIN ledger.account c
             ON c.community_id = b.community_id AND c.id = b.commitment_account_id
          WHERE b.community_id = p.community_id AND b.programme_id = p.id
            AND b.state IN ('approved', 'executing')),
        p.pots_expire_at, p.transparency, e.categories, e.shops, p.sponsored,
        p.waiting_days,
        p.funding_iban, p.funding_reference, p.credits_last_days,
        merchant.withdrawn(p.community_id, p.id)
        """
    private static let joins = """
        JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
        JOIN ledger.account a ON a.community_id = p.community_id AND a.id = p.account_id
        JOIN ledger.account r ON r.community_id = p.community_id AND r.id = p.reserved_account_id
        LEFT JOIN LATERAL (
             SELECT v.categories, v.shops FROM wallet.earmark v
              WHERE v.community_id = p.community_id AND v.programme_id = p.id
                AND v.valid_from <= now()
              ORDER BY v.version DESC LIMIT 1) AS e ON true
        """

    /// Only if it is of the sponsor, when one is given.
    static func one(_ id: UUID, community: UUID, sponsor: UUID? = nil) -> SQL {
        """
        SELECT \(rawSQL: columns) FROM disbursement.programme p \(rawSQL: joins)
         WHERE p.community_id = \(community) AND p.id = \(id)
           AND (\(sponsor) IS NULL OR p.institution_id = \(sponsor))
        """
    }

    /// Only those of the sponsor, when one is given.
    static func list(
        community: UUID,
        sponsor: UUID?,
        after cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT \(rawSQL: columns)
          FROM (SELECT * FROM disbursement.programme
                 WHERE community_id = \(community)
                   AND (\(sponsor) IS NULL OR institution_id = \(sponsor))
                   AND id < coalesce(\(cursor), 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                 ORDER BY id DESC LIMIT \(limit + 1)) AS p
          \(rawSQL: joins)
         ORDER BY p.id DESC
        """
    }

    @Sendable static func decode(_ row: Row) throws -> Programme {
        let (
            id, name, code, digits, createdAt, posted, reserved, funded, committed, expiry,
            transparency, categories, shops, sponsored, waitingDays, iban, reference,
            lastDays, withdrawn
        ) =
            try row.decode(
                UUID.self,
                String.self,
                String.self,
                Int.self,
                Timestamp.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Int64.self,
                Timestamp?.self,
                String.self,
                [String]?.self,
                [UUID]?.self,
                Int64.self,
                Int.self,
                String?.self,
                String?.self,
                Int32?.self,
                Int64.self
            )
        guard let transparency = ProgrammeTransparency(rawValue: transparency) else {
            throw PostgresError.decoding("unknown transparency")
        }
        let coin = CoinDigits(code: code, digits: digits)
        return Programme(
            id: Identifier(id),
            name: name,
            coin: code,
            budget: ProgrammeBudget(
                funded: coin.amount(funded),
                available: coin.amount(posted),
                reserved: coin.amount(reserved + committed),
                paid: coin.amount(
                    funded - posted - reserved - committed - sponsored - withdrawn
                ),
                sponsored: coin.amount(sponsored),
                withdrawn: coin.amount(withdrawn)
            ),
            potsExpireAt: expiry.map(Instant.init),
            createdAt: Instant(createdAt),
            transparency: transparency,
            earmark: categories.map { categories in
                Earmark(categories: categories, shopIds: (shops ?? []).map(Identifier.init))
            },
            waitingDays: waitingDays,
            fundingAccount: iban.map { FundingAccount(iban: $0, reference: reference) },
            creditsLastDays: lastDays.map(Int.init)
        )
    }
}
