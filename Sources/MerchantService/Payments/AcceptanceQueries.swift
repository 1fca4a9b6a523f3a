import API
import Domain
import FoundationEssentials
import Locality
import Postgres
import ServiceKit

/// SQL of payments that are accepted in groups.
enum AcceptanceQueries {
    /// One row per attempt that finds its payment, with the shop's place and the caller's wallet
    /// and key; a revoked phone has none.
    static func contexts(_ attempts: [AcceptPayment.Attempt], community: UUID) -> SQL {
        """
        SELECT i.nr, p.id, p.merchant_id, m.name, p.shop_id, s.name, p.terminal_id, p.coin,
               c.digits, p.amount, p.reference, p.challenge, p.state, p.requested_at,
               p.expires_at, s.longitude::text, s.latitude::text, s.verified_at IS NOT NULL,
               s.radius_metres, merchant.is_open(s.opening, i.moment, z.time_zone),
               s.opening IS NOT NULL,
               w.id, k.public_key_x, k.public_key_y, r.fingerprint,
               coalesce(r.outcome, 'stored'), r.request_id, p.is_at_distance, p.hold_seconds,
               p.vat_rates, p.vat_amounts
          FROM unnest(\(attempts.map(\.payment)), \(attempts.map(\.grouped.client)),
                      \(attempts.map(\.grouped.party)), \(attempts.map(\.grouped.actor)),
                      \(attempts.map(\.grouped.key)), \(attempts.map { Timestamp($0.at) }))
               WITH ORDINALITY AS i (payment, client, party, actor, key, moment, nr)
         CROSS JOIN LATERAL (
                SELECT * FROM merchant.payment p
                 WHERE p.community_id = \(community) AND p.id = i.payment LIMIT 1) AS p
         CROSS JOIN LATERAL (
                SELECT m.name FROM merchant.merchant m
                 WHERE m.community_id = \(community) AND m.id = p.merchant_id LIMIT 1) AS m
         CROSS JOIN LATERAL (
                SELECT s.* FROM merchant.shop s
                 WHERE s.community_id = \(community) AND s.id = p.shop_id LIMIT 1) AS s
          JOIN accounts.coin c ON c.community_id = \(community) AND c.code = p.coin
          JOIN accounts.community z ON z.community_id = \(community)
          LEFT JOIN LATERAL (
                SELECT w.id FROM wallet.wallet w
                 WHERE w.community_id = \(community) AND w.party_id = i.party
                 LIMIT 1) AS w ON true
          LEFT JOIN LATERAL (
                SELECT k.public_key_x, k.public_key_y FROM accounts.client k
                 WHERE k.community_id = \(community) AND k.id = i.client
                   AND k.party_id = i.actor AND k.revoked_at IS NULL
                 LIMIT 1) AS k ON true
          LEFT JOIN LATERAL (
                SELECT r.fingerprint, r.outcome, r.request_id
                  FROM merchant.idempotency_record r
                 WHERE r.community_id = \(community) AND r.client_id = i.client
                   AND r.operation = 'acceptPayment' AND r.key = i.key LIMIT 1) AS r ON true
        """
    }

    static func contexts(
        _ rows: Rows,
        _ attempts: [AcceptPayment.Attempt]
    ) throws -> [ApprovalContext?] {
        var contexts = [ApprovalContext?](repeating: nil, count: attempts.count)
        for row in rows {
            let (
                nr, id, merchant, merchantName, shop, shopName, terminal, coin, digits, amount,
                reference, challenge, state, requestedAt, expiresAt, longitude, latitude,
                isVerified, radius, isOpen, hasHours, wallet, keyX, keyY, fingerprint, word,
                requestID, isAtDistance, holdSeconds, vatRates, vatAmounts
            ) = try row.decode(
                Int64.self,
                UUID.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                UUID.self,
                String.self,
                Int16.self,
                Int64.self,
                String?.self,
                String.self,
                String.self,
                Timestamp.self,
                Timestamp.self,
                String.self,
                String.self,
                Bool.self,
                Int32?.self,
                Bool.self,
                Bool.self,
                UUID?.self,
                [UInt8]?.self,
                [UInt8]?.self,
                [UInt8]?.self,
                String.self,
                UUID?.self,
                Bool.self,
                Int32?.self,
                [Int32]?.self,
                [Int64]?.self
            )
            guard let state = StoredPayment.State(rawValue: state) else {
                throw PostgresError.decoding("a payment of no known state")
            }
            let attempt = attempts[Int(nr) - 1]
            contexts[Int(nr) - 1] = ApprovalContext(
                payment: StoredPayment(
                    id: id,
                    merchant: NamedReference(id: Identifier(merchant), name: merchantName),
                    shop: NamedReference(id: Identifier(shop), name: shopName),
                    terminal: terminal,
                    coin: coin,
                    digits: Int(digits),
                    amount: amount,
                    reference: reference,
                    challenge: challenge,
                    state: state,
                    requestedAt: Instant(requestedAt),
                    expiresAt: Instant(expiresAt),
                    acceptedAt: nil,
                    payer: nil,
                    verdict: nil,
                    isAtDistance: isAtDistance,
                    holdSeconds: holdSeconds.map { Int($0) },
                    vat: PaymentVAT(rates: vatRates, amounts: vatAmounts)
                ),
                shopPlace: try ShopPlace(
                    longitude: longitude,
                    latitude: latitude,
                    isVerified: isVerified,
                    radiusMetres: radius,
                    isOpen: isOpen,
                    hasHours: hasHours
                ),
                payer: ApprovalContext.Payer(wallet: wallet, keyX: keyX, keyY: keyY),
                recorded: fingerprint.map { stored in
                    GroupedOutcome(
                        word: stored == attempt.grouped.fingerprint
                            ? word : GroupedOutcome.keyReused,
                        requestID: requestID ?? attempt.grouped.requestID,
                        isReplay: true
                    )
                }
            )
        }
        return contexts
    }

    /// All acceptances at once, in one statement that commits by itself; one with a discount is
    /// alone.
    static func accept(_ accepted: [AcceptPayment.Accepted], community: UUID) -> SQL {
        """
        SELECT outcomes, requests, replayed FROM merchant.accept_payments(
            \(community), \(accepted.map(\.attempt.payment)),
            \(accepted.map(\.attempt.grouped.client)), \(accepted.map(\.attempt.grouped.party)),
            \(accepted.map(\.attempt.grouped.requestID)), \(accepted.map(\.attempt.grouped.key)),
            \(accepted.map(\.attempt.grouped.fingerprint)), \(accepted.map(\.wallet)),
            \(accepted.map(\.attempt.acceptance.approval)),
            \(accepted.map { WireJSON.text($0.verdict) }),
            \(accepted.map { Int32($0.verdict.policyVersion) }),
            \(accepted.map { $0.verdict.geofenceVersion.map { Int32($0) } }),
            \(accepted.map { Timestamp($0.attempt.at) }), \(accepted.map(\.pots)),
            \(accepted[0].discount?.id), \(accepted[0].discount?.minorUnits))
        """
    }

    /// One acceptance under a mandate, in a statement that commits by itself.
    static func acceptByMandate(_ accepted: AcceptPayment.Accepted, community: UUID) -> SQL {
        let grouped = accepted.attempt.grouped
        return """
            SELECT outcomes, requests, replayed FROM merchant.accept_payment_by_mandate(
                \(grouped.mandate), \(community), \(accepted.attempt.payment),
                \(grouped.client), \(grouped.party), \(grouped.requestID), \(grouped.key),
                \(grouped.fingerprint), \(accepted.wallet),
                \(accepted.attempt.acceptance.approval), \(WireJSON.text(accepted.verdict)),
                \(Int32(accepted.verdict.policyVersion)),
                \(accepted.verdict.geofenceVersion.map { Int32($0) }),
                \(Timestamp(accepted.attempt.at)), \(accepted.pots), \(accepted.discount?.id),
                \(accepted.discount?.minorUnits))
            """
    }

    static func outcomes(_ rows: Rows) throws -> [GroupedOutcome] {
        let (words, requests, replayed) = try rows.one().decode(
            [String].self,
            [UUID].self,
            [Bool].self
        )
        return words.indices.map { index in
            GroupedOutcome(
                word: words[index],
                requestID: requests[index],
                isReplay: replayed[index]
            )
        }
    }
}
