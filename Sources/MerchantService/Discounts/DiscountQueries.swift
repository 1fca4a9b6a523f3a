import API
import Domain
import FoundationEssentials
import Ledger
import Postgres
import ServiceKit

/// SQL of discounts.
enum DiscountQueries {
    /// Where the coins of a discount are.
    struct Account: Sendable {
        let id: UUID
        let coin: String
        let isRunning: Bool
        /// The account of the merchant that pays; `nil` when a programme does.
        let merchant: UUID?
    }

    private static let columns = """
        SELECT d.id, d.name, d.programme_id, d.merchant_id, d.group_id, d.kind, d.period, d.coin,
               c.digits, a.posted - a.held, d.valid_from, d.valid_until, d.ended_at
          FROM merchant.discount d
          JOIN accounts.coin c ON c.community_id = d.community_id AND c.code = d.coin
          JOIN ledger.account a ON a.community_id = d.community_id AND a.id = d.account_id
        """

    /// The merchant whose discounts alone the caller reaches; `nil` for who reaches those of
    /// programmes.
    private static func merchant(of caller: Caller) -> UUID? {
        caller.may(.discountsFund) ? caller.party : nil
    }

    static func find(_ id: UUID, _ community: UUID, of caller: Caller) -> SQL {
        """
        \(rawSQL: columns)
         WHERE d.community_id = \(community) AND d.id = \(id)
           AND d.merchant_id IS NOT DISTINCT FROM \(merchant(of: caller))
        """
    }

    static func page(
        _ community: UUID,
        of caller: Caller,
        before cursor: UUID?,
        limit: Int
    ) -> SQL {
        """
        \(rawSQL: columns)
         WHERE d.community_id = \(community)
           AND d.merchant_id IS NOT DISTINCT FROM \(merchant(of: caller))
           AND (\(cursor) IS NULL OR d.id < \(cursor))
         ORDER BY d.id DESC LIMIT \(limit + 1)
        """
    }

    /// Holds a discount still until the transaction ends; `nil` when the caller has no such one.
    static func lock(
        _ id: UUID,
        _ community: UUID,
        of caller: Caller,
        _ connection: Connection
    ) throws -> Account? {
        try connection.query(
            """
            SELECT d.account_id, d.coin, d.ended_at IS NULL, m.account_id
              FROM merchant.discount d
              LEFT JOIN merchant.merchant m
                ON m.community_id = d.community_id AND m.id = d.merchant_id
             WHERE d.community_id = \(community) AND d.id = \(id)
               AND d.merchant_id IS NOT DISTINCT FROM \(merchant(of: caller))
               FOR NO KEY UPDATE OF d
            """
        ).first.map { row in
            let (account, coin, isRunning, merchant) = try row.decode(
                UUID.self,
                String.self,
                Bool.self,
                UUID?.self
            )
            return Account(id: account, coin: coin, isRunning: isRunning, merchant: merchant)
        }
    }

    static func insert(
        _ create: CreateDiscount,
        _ terms: DiscountTerms,
        merchant: UUID?,
        account: UUID,
        from: Instant
    ) -> SQL {
        let creation = create.creation
        return """
            INSERT INTO merchant.discount
                (community_id, id, name, coin, programme_id, merchant_id, account_id, group_id,
                 kind, percent, amount, full_price, second_price, most_per_payment, categories,
                 shops, period, most_per_period, uses_per_period, valid_from, valid_until,
                 created_by, created_at)
            VALUES (\(create.community), \(create.id), \(creation.name), \(creation.coin),
                    \(creation.programmeId?.uuid), \(merchant), \(account),
                    \(creation.groupId?.uuid), \(creation.kind.rawValue), \(terms.percent),
                    \(terms.amount), \(terms.fullPrice), \(terms.secondPrice),
                    \(terms.mostPerPayment), \(creation.categories ?? []),
                    \((creation.shopIds ?? []).map(\.uuid)), \(creation.period.rawValue),
                    \(terms.mostPerPeriod), \(terms.usesPerPeriod), \(Timestamp(from)),
                    \(creation.validUntil.map { Timestamp($0) }), \(create.caller.client),
                    \(Timestamp(create.now)))
            """
    }

    /// Moves coins between a merchant and its discount; throws the problem of a refusal.
    static func move(
        _ minorUnits: Int64,
        from payer: UUID,
        to payee: UUID,
        as id: UUID,
        by caller: Caller,
        _ connection: Connection
    ) throws {
        do {
            try Ledger.post(
                TransferProposal(
                    id: id,
                    kind: .promotion,
                    legs: [
                        .exact(account: payer, minorUnits: -minorUnits),
                        .exact(account: payee, minorUnits: minorUnits),
                    ],
                    client: caller.client,
                    party: caller.party
                ),
                community: caller.requireCommunity(),
                connection
            )
        } catch let refusal as LedgerRefusal {
            throw Problem(refusal)
        }
    }

    @Sendable static func discounts(_ rows: Rows) throws -> [Discount] {
        try rows.map { row in
            let (
                id, name, programme, merchant, group, kind, period, coin, digits, available, from,
                until, endedAt
            ) = try row.decode(
                UUID.self,
                String.self,
                UUID?.self,
                UUID?.self,
                UUID?.self,
                String.self,
                String.self,
                String.self,
                Int16.self,
                Int64.self,
                Timestamp.self,
                Timestamp?.self,
                Timestamp?.self
            )
            guard let kind = DiscountKind(rawValue: kind),
                let period = DiscountPeriod(rawValue: period)
            else { throw PostgresError.decoding("a discount of no known kind") }
            return Discount(
                id: Identifier(id),
                name: name,
                programmeId: programme.map { Identifier($0) },
                merchantId: merchant.map { Identifier($0) },
                groupId: group.map { Identifier($0) },
                kind: kind,
                period: period,
                available: Amount(minorUnits: available, coin: coin, digits: Int(digits)),
                validFrom: Instant(from),
                validUntil: until.map { Instant($0) },
                endedAt: endedAt.map { Instant($0) }
            )
        }
    }
}
