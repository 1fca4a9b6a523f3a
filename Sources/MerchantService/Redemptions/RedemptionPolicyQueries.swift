import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// A version of a coin's terms, and where what it keeps goes.
struct StoredRedemptionPolicy: Sendable {
    let version: Int32
    let terms: RedemptionTerms
    let feeAccount: UUID
    let communityAccount: UUID
}

/// SQL about what coins keep of redemptions.
enum RedemptionPolicyQueries {
    /// The coin by its digits; throws 404 for one that the community does not have.
    static func requireCoin(
        _ code: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> CoinDigits {
        do {
            return try CoinDigits.find(code, community: community, connection)
        } catch let problem as Problem where problem.type == .unknownCoin {
            throw Problem.notFound("coin")
        }
    }

    /// Lets versions of a coin's terms be made one after the other.
    static func lock(_ coin: String, _ community: UUID, _ connection: Connection) throws {
        let name = "redemption-policy/\(community)/\(coin)"
        _ = try connection.query("SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))")
    }

    /// The latest version; `nil` when the coin keeps nothing.
    static func inForce(
        _ coin: String,
        _ community: UUID,
        _ connection: Connection
    ) throws -> StoredRedemptionPolicy? {
        try connection.query(
            """
            SELECT version, fee_fixed, fee_basis_points, community_basis_points, fee_account_id,
                   community_account_id
              FROM merchant.redemption_policy
             WHERE community_id = \(community) AND coin = \(coin)
             ORDER BY version DESC LIMIT 1
            """
        ).first.map { row in
            let (version, fixed, fee, share, feeAccount, communityAccount) = try row.decode(
                Int32.self,
                Int64.self,
                Int32.self,
                Int32.self,
                UUID.self,
                UUID.self
            )
            guard
                let terms = RedemptionTerms(
                    feeFixed: fixed,
                    feeBasisPoints: Int64(fee),
                    communityBasisPoints: Int64(share)
                )
            else { throw PostgresError.decoding("a stored redemption policy is not valid") }
            return StoredRedemptionPolicy(
                version: version,
                terms: terms,
                feeAccount: feeAccount,
                communityAccount: communityAccount
            )
        }
    }

    static func insert(
        _ policy: StoredRedemptionPolicy,
        of coin: String,
        _ act: SetRedemptionPolicy,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.redemption_policy
                (community_id, coin, version, fee_fixed, fee_basis_points, community_basis_points,
                 fee_account_id, community_account_id, set_by, set_at)
            VALUES (\(act.community), \(coin), \(policy.version), \(policy.terms.feeFixed),
                    \(Int32(policy.terms.feeBasisPoints)),
                    \(Int32(policy.terms.communityBasisPoints)), \(policy.feeAccount),
                    \(policy.communityAccount), \(act.client), \(Timestamp(act.now)))
            """
        )
    }

    static func list(
        of coin: String,
        _ community: UUID,
        before: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT p.coin, c.digits, p.version, p.fee_fixed, p.fee_basis_points,
               p.community_basis_points, p.set_at
          FROM merchant.redemption_policy p
          JOIN accounts.coin c ON c.community_id = p.community_id AND c.code = p.coin
         WHERE p.community_id = \(community) AND p.coin = \(coin)
           AND (\(before)::integer IS NULL OR p.version < \(before))
         ORDER BY p.version DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func policies(_ rows: Rows) throws -> [RedemptionPolicy] {
        try rows.map { row in
            let (coin, digits, version, fixed, fee, share, setAt) = try row.decode(
                String.self,
                Int16.self,
                Int32.self,
                Int64.self,
                Int32.self,
                Int32.self,
                Timestamp.self
            )
            return RedemptionPolicy(
                coin: coin,
                version: Int(version),
                feeFixed: SignedAmount(minorUnits: fixed, coin: coin, digits: Int(digits)),
                feeBasisPoints: Int(fee),
                communityBasisPoints: Int(share),
                setAt: Instant(setAt)
            )
        }
    }
}
