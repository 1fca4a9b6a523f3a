import API
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL that reads what happened to wallets.
enum WalletEventQueries {
    /// The last number given and the oldest that is kept, NULL for none; what was not told until now
    /// has got its numbers then.
    static func range(of wallet: UUID, _ community: UUID) -> SQL {
        "SELECT last_nr, oldest_nr FROM wallet.number_events(\(community), \(wallet))"
    }

    /// Which of these wallets have something that was not told, by their places.
    static func untold(_ wallets: [UUID], communities: [UUID]) -> SQL {
        """
        SELECT w.place::integer
          FROM unnest(\(communities), \(wallets)) WITH ORDINALITY AS w (community, wallet, place)
         WHERE wallet.has_untold(w.community, w.wallet)
        """
    }

    /// The events of a wallet after a number, in order.
    static func list(
        of wallet: UUID,
        _ community: UUID,
        after: Int64,
        upTo: Int64,
        limit: Int
    ) -> SQL {
        """
        SELECT e.id, e.type, e.occurred_at, e.nr, e.pot_id, g.id, g.name, e.subject_id,
               e.transfer_id, t.kind, t.reference, t.end_to_end_id, abs(e.amount), c.code, c.digits,
               e.due_at
          FROM wallet.event e
          LEFT JOIN wallet.pot p ON p.community_id = e.community_id AND p.id = e.pot_id
          LEFT JOIN accounts.coin c ON c.community_id = e.community_id AND c.code = coalesce(p.coin, e.coin)
          LEFT JOIN disbursement.programme g
            ON g.community_id = e.community_id
           AND g.id = coalesce(p.programme_id, e.programme_id)
          LEFT JOIN LATERAL (
                SELECT r.kind, r.reference,
                       CASE WHEN e.type = 'wallet.credited' THEN CASE r.kind
                           WHEN 'disbursement'
                               THEN disbursement.payer_reference(r.community_id, r.id)
                           WHEN 'landing'
                               THEN disbursement.payer_reference(r.community_id, r.related_id)
                           END END AS end_to_end_id
                  FROM ledger.transfer r
                 WHERE r.community_id = e.community_id AND r.id = e.transfer_id LIMIT 1) AS t
            ON true
         WHERE e.community_id = \(community) AND e.wallet_id = \(wallet)
           AND e.nr > \(after) AND e.nr <= \(upTo)
         ORDER BY e.nr LIMIT \(limit)
        """
    }

    static func events(_ rows: Rows, of wallet: UUID) throws -> [WalletEvent] {
        try rows.map { row in
            let (
                id, type, occurredAt, nr, pot, programme, name, subject, transfer, kind, reference,
                endToEndID, amount, coin, digits, dueAt
            ) = try row.decode(
                UUID.self,
                String.self,
                Timestamp.self,
                Int64.self,
                UUID?.self,
                UUID?.self,
                String?.self,
                UUID?.self,
                UUID?.self,
                String?.self,
                String?.self,
                String?.self,
                Int64?.self,
                String?.self,
                Int16?.self,
                Timestamp?.self
            )
            return WalletEvent(
                id: Identifier(id),
                type: type,
                timestamp: Instant(occurredAt),
                data: WalletEventData(
                    nr: Int(nr),
                    walletId: Identifier(wallet),
                    potId: pot.map(Identifier.init),
                    programmeId: programme.map(Identifier.init),
                    programmeName: name,
                    subjectId: subject.map(Identifier.init),
                    transferId: transfer.map(Identifier.init),
                    kind: kind,
                    reference: reference,
                    endToEndId: endToEndID,
                    amount: self.amount(amount, coin, digits),
                    dueAt: dueAt.map { Instant($0) }
                )
            )
        }
    }

    private static func amount(_ minorUnits: Int64?, _ coin: String?, _ digits: Int16?) -> Amount? {
        guard let minorUnits, let coin, let digits else { return nil }
        return Amount(minorUnits: minorUnits, coin: coin, digits: Int(digits))
    }
}
