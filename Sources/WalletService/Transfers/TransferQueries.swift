import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of transfers between people.
enum TransferQueries {
    /// All requests at once, in one statement that commits by itself.
    static func create(_ requests: [CreateTransfer.Request], community: UUID) -> SQL {
        var wallets: [UUID?] = []
        var aliases: [String?] = []
        for request in requests {
            switch request.creation.to {
            case .wallet(let id):
                wallets.append(id.uuid)
                aliases.append(nil)
            case .alias(let alias):
                wallets.append(nil)
                aliases.append(alias)
            }
        }
        return """
            SELECT outcomes, result_ids, to_wallets, moments, requests, replayed
              FROM wallet.create_transfers(
                \(community), \(requests.map(\.id)), \(requests.map(\.grouped.client)),
                \(requests.map(\.grouped.party)), \(requests.map(\.grouped.requestID)),
                \(requests.map(\.grouped.key)), \(requests.map(\.grouped.fingerprint)),
                \(requests.map(\.creation.fromWalletId.uuid)), \(wallets), \(aliases),
                \(requests.map(\.creation.amount.coin)), \(requests.map(\.minorUnits)),
                \(requests.map(\.creation.reference)))
            """
    }

    /// One transfer under a mandate, in a statement that commits by itself.
    static func createByMandate(_ request: CreateTransfer.Request, community: UUID) -> SQL {
        let (grouped, creation) = (request.grouped, request.creation)
        var (wallet, alias): (UUID?, String?) = (nil, nil)
        switch creation.to {
        case .wallet(let id): wallet = id.uuid
        case .alias(let name): alias = name
        }
        return """
            SELECT outcomes, result_ids, to_wallets, moments, requests, replayed
              FROM wallet.create_transfer_by_mandate(
                \(grouped.mandate), \(community), \(request.id), \(grouped.client),
                \(grouped.party), \(grouped.requestID), \(grouped.key),
                \(grouped.fingerprint), \(creation.fromWalletId.uuid), \(wallet), \(alias),
                \(creation.amount.coin), \(request.minorUnits), \(creation.reference))
            """
    }

    static func outcomes(_ rows: Rows) throws -> [CreateTransfer.Outcome] {
        let (words, transfers, toWallets, moments, requests, replayed) = try rows.one().decode(
            [String].self,
            [UUID].self,
            [UUID?].self,
            [Timestamp].self,
            [UUID].self,
            [Bool].self
        )
        return words.indices.map { index in
            CreateTransfer.Outcome(
                grouped: GroupedOutcome(
                    word: words[index],
                    requestID: requests[index],
                    isReplay: replayed[index]
                ),
                transfer: transfers[index],
                toWallet: toWallets[index],
                postedAt: moments[index]
            )
        }
    }

    /// The transfer, when the party pays or receives it. Its wallets are those of the pots that it
    /// moved.
    static func transfer(_ id: UUID, of party: UUID, community: UUID) -> SQL {
        """
        SELECT t.id, payer.wallet_id, payee.wallet_id, payee.amount, t.coin, c.digits,
               t.reference, t.posted_at,
               (SELECT u.mandate_id FROM accounts.mandate_use u
                 WHERE u.community_id = t.community_id AND u.act_id = t.id
                   AND u.operation = 'createTransfer' AND u.principal_id = \(party))
          FROM ledger.transfer t
          JOIN accounts.coin c ON c.community_id = t.community_id AND c.code = t.coin
         CROSS JOIN LATERAL (
                SELECT p.wallet_id, sum(l.amount)::bigint AS amount
                  FROM unnest(t.accounts, t.amounts) AS l (account, amount)
                  JOIN wallet.pot p ON p.community_id = t.community_id AND p.id = l.account
                 WHERE l.amount > 0 GROUP BY p.wallet_id) AS payee
         CROSS JOIN LATERAL (
                SELECT DISTINCT p.wallet_id
                  FROM unnest(t.accounts, t.amounts) AS l (account, amount)
                  JOIN wallet.pot p ON p.community_id = t.community_id AND p.id = l.account
                 WHERE l.amount < 0) AS payer
         WHERE t.community_id = \(community) AND t.id = \(id) AND t.kind = 'transfer'
           AND EXISTS (SELECT FROM wallet.wallet w
                        WHERE w.community_id = t.community_id AND w.party_id = \(party)
                          AND w.id IN (payer.wallet_id, payee.wallet_id))
        """
    }

    static func transfer(_ rows: Rows) throws -> Transfer? {
        try rows.first.map { row in
            let (id, from, to, amount, coin, digits, reference, postedAt, mandate) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                Int64.self,
                String.self,
                Int16.self,
                String?.self,
                Timestamp.self,
                UUID?.self
            )
            return Transfer(
                id: Identifier(id),
                fromWalletId: Identifier(from),
                toWalletId: Identifier(to),
                amount: Amount(minorUnits: amount, coin: coin, digits: Int(digits)),
                reference: reference,
                postedAt: Instant(postedAt),
                mandateId: mandate.map(Identifier.init)
            )
        }
    }
}
