import FoundationEssentials
import Postgres

/// Lines of somebody, in all files of some time.
enum LineSearchQueries {
    /// The hashes, aliases and wallets by which files name a person, where two people stand for it.
    private static let names = """
        SELECT y.iban_hash AS hash, NULL::text AS alias, NULL::uuid AS wallet
          FROM accounts.party y
         WHERE y.community_id = asked.community AND y.id = asked.person
           AND y.iban_verified_at IS NOT NULL
        UNION ALL
        SELECT l.number_hash, NULL, NULL FROM accounts.client_number l
         WHERE l.community_id = asked.community AND l.party_id = asked.person
           AND l.confirmed_at IS NOT NULL AND l.withdrawn_at IS NULL
        UNION ALL
        SELECT c.number_hash, NULL, NULL FROM accounts.card c
         WHERE c.community_id = asked.community AND c.party_id = asked.person
        UNION ALL
        SELECT a.code_hash, NULL, NULL FROM accounts.activation_code a
         WHERE a.community_id = asked.community AND a.party_id = asked.person
           AND a.terminal_id IS NULL
        UNION ALL
        SELECT NULL, w.alias, w.id FROM wallet.wallet w
         WHERE w.community_id = asked.community AND w.party_id = asked.person
        """

    /// One more than the limit. Lines have no index by creditor: it would cost each file that comes more
    /// than the searches of a desk. The files of the time are read through, a million lines in a second. A
    /// list of the creditors beside each file would make that a millisecond per file and cost each line of
    /// it 1.2 µs, a tenth of what its intake may cost at all.
    static func find(_ wanted: WantedLines, community: UUID) -> SQL {
        """
        WITH named AS MATERIALIZED (
            SELECT coalesce(array_agg(n.hash) FILTER (WHERE n.hash IS NOT NULL), '{}')
                       || \(wanted.hashes) AS hashes,
                   coalesce(array_agg(n.alias) FILTER (WHERE n.alias IS NOT NULL), '{}') AS aliases,
                   coalesce(array_agg(n.wallet) FILTER (WHERE n.wallet IS NOT NULL), '{}')
                       AS wallets
              FROM (SELECT \(community) AS community, \(wanted.person) AS person) AS asked
              LEFT JOIN LATERAL (\(rawSQL: names)) AS n ON true
        )
        SELECT \(rawSQL: InstructionQueries.columns)
          FROM (SELECT l.*
                  FROM named AS n
                 CROSS JOIN (
                       SELECT b.id FROM disbursement.batch b
                        WHERE b.community_id = \(community) AND b.state <> 'receiving'
                          AND b.submitted_at >= \(wanted.from)::timestamp AT TIME ZONE 'UTC'
                          AND b.programme_id = coalesce(\(wanted.programme), b.programme_id)
                          AND b.id <= coalesce(\(wanted.after?.batch),
                                               'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                        ORDER BY b.id DESC OFFSET 0) AS f
                 CROSS JOIN LATERAL (
                       SELECT * FROM disbursement.line
                        WHERE community_id = \(community) AND batch_id = f.id
                          AND (f.id IS DISTINCT FROM \(wanted.after?.batch)
                               OR nr > \(wanted.after?.nr))
                          AND (creditor_hash = ANY (n.hashes) OR alias = ANY (n.aliases)
                               OR wallet_id = ANY (n.wallets)
                               OR end_to_end_id = \(wanted.endToEndID))
                        ORDER BY nr LIMIT \(wanted.limit + 1)) AS l
                 ORDER BY l.batch_id DESC, l.nr LIMIT \(wanted.limit + 1)) AS i
          \(rawSQL: InstructionQueries.joins)
         ORDER BY i.batch_id DESC, i.nr
        """
    }
}
