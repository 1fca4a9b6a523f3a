import API
import FoundationEssentials
import Postgres
import ServiceKit

/// A line whose coins wait for somebody who gets a letter.
struct DueLetter: Sendable {
    let nr: Int32
    let name: String
    let endToEndID: String
}

/// The SQL of letters to those whose coins wait.
enum LetterQueries {
    /// Held until the transaction ends: two who ask at once get other letters.
    static func lock(_ batch: UUID) -> SQL {
        let name = "disbursement/letters/\(batch)"
        return "SELECT pg_advisory_xact_lock(hashtextextended(\(name), 0))"
    }

    /// Who handed in the file.
    static func submitter(of batch: UUID, community: UUID) -> SQL {
        """
        SELECT submitted_by FROM disbursement.batch
         WHERE community_id = \(community) AND id = \(batch) AND state <> 'receiving'
        """
    }

    static func community(_ id: UUID) -> SQL {
        "SELECT name FROM accounts.community WHERE community_id = \(id)"
    }

    /// The first line of each creditor who waits, has no wallet, and no code that still counts; or
    /// one line, whatever code there is. Whoever is claimed to have an account, unproven, is left out:
    /// that is for a counter to settle. So is whoever died or moved away.
    static func due(in batch: UUID, line: Int32?, community: UUID, limit: Int) -> SQL {
        """
        SELECT d.nr, d.creditor_name, d.end_to_end_id
          FROM (SELECT DISTINCT ON (i.creditor_hash) i.*
                  FROM disbursement.instruction i
                 WHERE i.community_id = \(community) AND i.batch_id = \(batch)
                   AND i.state = 'waiting' AND i.creditor_kind IN ('iban', 'clientNumber')
                   AND i.nr = coalesce(\(line), i.nr)
                 ORDER BY i.creditor_hash, i.nr) AS d
          LEFT JOIN LATERAL (
               SELECT y.id FROM accounts.party y
                WHERE d.creditor_kind = 'iban' AND y.community_id = d.community_id
                  AND y.iban_hash = d.creditor_hash AND y.iban_verified_at IS NOT NULL
               UNION ALL
               SELECT n.party_id FROM accounts.client_number n
                WHERE d.creditor_kind = 'clientNumber' AND n.community_id = d.community_id
                  AND n.number_hash = d.creditor_hash AND n.confirmed_at IS NOT NULL
                  AND n.withdrawn_at IS NULL) AS p ON true
         WHERE NOT EXISTS (SELECT FROM wallet.wallet w
                            WHERE w.community_id = d.community_id AND w.party_id = p.id)
           AND NOT EXISTS (SELECT FROM disbursement.departure o
                            WHERE o.community_id = d.community_id AND o.party_id = p.id
                              AND o.state = 'confirmed')
           AND (\(line) IS NOT NULL
                OR NOT EXISTS (SELECT FROM accounts.activation_code a
                                WHERE a.community_id = d.community_id AND a.party_id = p.id
                                  AND a.used_at IS NULL AND a.terminal_id IS NULL
                                  AND a.expires_at > now()))
           AND (p.id IS NOT NULL
                OR NOT EXISTS (SELECT FROM accounts.party y
                                WHERE y.community_id = d.community_id
                                  AND y.iban_hash = d.creditor_hash)
               AND NOT EXISTS (SELECT FROM accounts.client_number n
                                WHERE n.community_id = d.community_id
                                  AND n.number_hash = d.creditor_hash AND n.withdrawn_at IS NULL))
         ORDER BY d.nr LIMIT \(limit)
        """
    }

    static func dueLetters(_ rows: Rows) throws -> [DueLetter] {
        try rows.map { row in
            let (nr, name, reference) = try row.decode(Int32.self, String.self, String.self)
            return DueLetter(nr: nr, name: name, endToEndID: reference)
        }
    }

    /// The lines that got their code, and whose it is.
    static func write(_ act: WriteLetters, _ letters: [NewLetter], expiresAt: Instant) -> SQL {
        """
        SELECT line, party FROM disbursement.write_letters(
            \(act.community), \(act.batch), \(letters.map(\.line.nr)),
            \(letters.map(\.codeHash)), \(letters.map(\.party)), \(letters.map(\.link)),
            \(Timestamp(expiresAt)), \(Timestamp(act.clock.now())))
        """
    }
}
