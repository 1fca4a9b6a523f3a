import API
import FoundationEssentials
import ISO20022
import Ledger
import Postgres
import ServiceKit

/// SQL about merchants.
enum MerchantQueries {
    static func insert(
        _ act: RegisterMerchant,
        _ registration: MerchantRegistration,
        iban: IBAN,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.merchant (community_id, id, name, coin, kvk_number,
                                           category_code, iban, account_id, created_at)
            VALUES (\(act.community), \(act.id), \(registration.name), \(registration.coin),
                    \(registration.kvkNumber), \(registration.categoryCode), \(iban.canonical),
                    \(act.account), \(Timestamp(act.now)))
            """
        )
    }

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        SELECT id, name, coin, iban, iban_verified_at, created_at FROM merchant.merchant
         WHERE community_id = \(community) AND id = \(id)
        """
    }

    static func list(_ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        SELECT id, name, coin, iban, iban_verified_at, created_at FROM merchant.merchant
         WHERE community_id = \(community) AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func merchants(_ rows: Rows) throws -> [Merchant] {
        try rows.map { row in
            let (id, name, coin, iban, verifiedAt, createdAt) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                String.self,
                Timestamp?.self,
                Timestamp.self
            )
            return Merchant(
                id: Identifier(id),
                name: name,
                coin: coin,
                ibanMasked: IBAN(iban)?.description ?? "",
                ibanState: verifiedAt == nil ? .unverified : .verified,
                state: .active,
                createdAt: Instant(createdAt)
            )
        }
    }

    static func balance(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> MerchantBalance? {
        let row = try connection.query(
            """
            SELECT m.coin, a.posted, a.held,
                   (SELECT coalesce(sum(r.amount), 0)::bigint FROM merchant.redemption r
                     WHERE r.community_id = m.community_id AND r.merchant_id = m.id
                       AND r.state IN ('requested', 'in-settlement'))
              FROM merchant.merchant m
              JOIN ledger.account a ON a.community_id = m.community_id AND a.id = m.account_id
             WHERE m.community_id = \(community) AND m.id = \(id)
            """
        ).first
        guard let row else { return nil }
        let (code, posted, held, redeeming) = try row.decode(
            String.self,
            Int64.self,
            Int64.self,
            Int64.self
        )
        let coin = try CoinDigits.find(code, community: community, connection)
        return MerchantBalance(
            posted: coin.amount(posted),
            held: coin.amount(held),
            available: coin.amount(posted - held),
            inRedemption: coin.amount(redeeming)
        )
    }

    /// Whether a merchant has to pay refunds before anything else. The database has the
    /// last word.
    static func owesRefunds(
        _ merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        try connection.query(
            """
            SELECT owed > 0 FROM merchant.merchant
             WHERE community_id = \(community) AND id = \(merchant)
            """
        ).one().decode(Bool.self)
    }

    /// What money is moved with: the ledger account, and where the bank pays to.
    struct Account: Sendable {
        let account: UUID
        let coin: String
        let name: String
        let iban: String
        let isIBANVerified: Bool
    }

    /// A merchant's account; `nil` when unknown.
    static func account(
        of merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Account? {
        try connection.query(
            """
            SELECT account_id, coin, name, iban, iban_verified_at IS NOT NULL
              FROM merchant.merchant
             WHERE community_id = \(community) AND id = \(merchant)
            """
        ).first.map { row in
            let (account, coin, name, iban, isVerified) = try row.decode(
                UUID.self,
                String.self,
                String.self,
                String.self,
                Bool.self
            )
            return Account(
                account: account,
                coin: coin,
                name: name,
                iban: iban,
                isIBANVerified: isVerified
            )
        }
    }
}
