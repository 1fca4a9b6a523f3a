import API
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// SQL about the bank accounts of merchants.
enum MerchantIbanQueries {
    /// Holds a merchant, so that requests for it come one after the other; false when unknown.
    static func lockMerchant(
        _ merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        let found = try connection.query(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(\("iban/\(merchant)"), 0))
              FROM merchant.merchant
             WHERE community_id = \(community) AND id = \(merchant)
            """
        )
        return found.first != nil
    }

    static func supersede(
        _ merchant: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            UPDATE merchant.iban_request SET state = 'superseded'
             WHERE community_id = \(community) AND merchant_id = \(merchant) AND state = 'open'
            """
        )
    }

    static func insert(
        _ act: RequestMerchantIban,
        _ iban: IBAN,
        _ connection: Connection
    ) throws {
        _ = try connection.execute(
            """
            INSERT INTO merchant.iban_request (community_id, id, merchant_id, iban, requested_by,
                                               requested_at)
            VALUES (\(act.community), \(act.id), \(act.merchant), \(iban.canonical),
                    \(act.client), \(Timestamp(act.now)))
            """
        )
    }

    /// The account that a request is about; `nil` when the merchant has no such request.
    static func iban(of act: VerifyMerchantIban, _ connection: Connection) throws -> String? {
        try connection.query(
            """
            SELECT iban FROM merchant.iban_request
             WHERE community_id = \(act.community) AND id = \(act.request)
               AND merchant_id = \(act.merchant)
            """
        ).first?.decode(String.self)
    }

    /// What the database says to a verification: `verified`, or why not.
    static func verify(
        _ act: VerifyMerchantIban,
        _ evidence: String,
        _ connection: Connection
    ) throws -> String {
        try connection.query(
            """
            SELECT merchant.verify_iban(\(act.community), \(act.merchant), \(act.request),
                                        \(act.client), \(evidence), \(Timestamp(act.now)))
            """
        ).one().decode(String.self)
    }

    static func list(
        of merchant: UUID,
        _ community: UUID,
        before: UUID?,
        limit: Int
    ) -> SQL {
        """
        SELECT id, merchant_id, iban, state, requested_at, verified_at
          FROM merchant.iban_request
         WHERE community_id = \(community) AND merchant_id = \(merchant)
           AND (\(before)::uuid IS NULL OR id < \(before))
         ORDER BY id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func requests(_ rows: Rows) throws -> [IbanRequest] {
        try rows.map { row in
            let (id, merchant, iban, state, requestedAt, verifiedAt) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                Timestamp.self,
                Timestamp?.self
            )
            guard let state = IbanRequestState(rawValue: state) else {
                throw PostgresError.decoding("unknown state of a request for a bank account")
            }
            return IbanRequest(
                id: Identifier(id),
                merchantId: Identifier(merchant),
                ibanMasked: IBAN(iban)?.description ?? "",
                state: state,
                requestedAt: Instant(requestedAt),
                verifiedAt: verifiedAt.map { Instant($0) }
            )
        }
    }
}
