import FoundationEssentials
import Postgres

/// Transfers against the hash chain, and the chain against itself.
extension CommunityAudit {
    mutating func auditChain() throws {
        try auditBatches()
        try auditLinks()
        try auditHeads()
    }

    /// Every transfer stands in a batch, and every batch has the transfers it was linked with.
    private mutating func auditBatches() throws {
        try addDrifts(
            """
            WITH contents AS (
                SELECT batch, count(*) AS transfers, max(place) AS last_place,
                       sha256(string_agg(content, '')) AS digest
                  FROM (SELECT batch, place,
                               ledger.content(community_id, id, kind, coin, accounts, amounts,
                                              reference, related_id, hold_id, client_id,
                                              party_id, posted_at) AS content
                          FROM ledger.transfer WHERE community_id = \(community)
                         ORDER BY batch, place) AS ordered
                 GROUP BY batch
            )
            SELECT CASE WHEN b.id IS NULL THEN 'unchained-transfer' ELSE 'batch-contents' END,
                   'batch ' || coalesce(b.id, c.batch) || coalesce(' of ' || b.lane, ''),
                   CASE WHEN b.id IS NULL THEN 'a link of the chain'
                        ELSE b.transfers || ' transfers, ' || encode(b.digest, 'hex') END,
                   coalesce(c.transfers, 0) || ' transfers'
                   || coalesce(', ' || encode(c.digest, 'hex'), '')
              FROM contents c
              FULL JOIN (SELECT * FROM ledger.batch WHERE community_id = \(community)) AS b
                ON b.id = c.batch
             WHERE c.digest IS DISTINCT FROM b.digest
                OR c.transfers IS DISTINCT FROM b.transfers
                OR c.transfers IS DISTINCT FROM c.last_place
             ORDER BY coalesce(b.id, c.batch) LIMIT \(rawSQL: limit)
            """
        )
    }

    /// Links are numbered 1, 2, 3 …, each head follows from the one before, no batch comes twice.
    private mutating func auditLinks() throws {
        try addDrifts(
            """
            SELECT 'link', lane || ' #' || nr,
                   CASE WHEN nr <> nr_before + 1 THEN 'number ' || nr_before + 1
                        WHEN copies > 1 THEN 'a batch of its own'
                        ELSE encode(sha256(head_before || digest), 'hex') END,
                   CASE WHEN nr <> nr_before + 1 THEN 'number ' || nr
                        WHEN copies > 1 THEN 'batch ' || id || ' again'
                        ELSE encode(head, 'hex') END
              FROM (SELECT lane, nr, id, digest, head,
                           lag(nr, 1, 0::bigint) OVER run AS nr_before,
                           lag(head, 1, '') OVER run AS head_before,
                           count(*) OVER (PARTITION BY id) AS copies
                      FROM ledger.batch WHERE community_id = \(community)
                    WINDOW run AS (PARTITION BY lane ORDER BY nr)) AS walked
             WHERE nr <> nr_before + 1 OR head <> sha256(head_before || digest) OR copies > 1
             ORDER BY lane, nr LIMIT \(rawSQL: limit)
            """
        )
    }

    /// Every chain ends in its last link.
    private mutating func auditHeads() throws {
        try addDrifts(
            """
            SELECT 'chain-head', coalesce(c.lane, b.lane),
                   coalesce('#' || b.nr || ' ' || encode(b.head, 'hex'), 'no links'),
                   coalesce('#' || c.nr || ' ' || encode(c.head, 'hex'), 'no chain')
              FROM (SELECT * FROM ledger.chain WHERE community_id = \(community)) AS c
              FULL JOIN (SELECT DISTINCT ON (lane) lane, nr, head FROM ledger.batch
                          WHERE community_id = \(community)
                          ORDER BY lane, nr DESC) AS b ON b.lane = c.lane
             WHERE c.nr IS DISTINCT FROM b.nr OR c.head IS DISTINCT FROM b.head
             ORDER BY 2 LIMIT \(rawSQL: limit)
            """
        )
        let rows = try connection.query(
            """
            SELECT lane, nr, encode(head, 'hex') FROM ledger.chain
             WHERE community_id = \(community) ORDER BY lane
            """
        )
        for row in rows {
            let (lane, links, head) = try row.decode(String.self, Int64.self, String.self)
            report.chains.append(
                AuditReport.Chain(
                    communityId: community.uuidString.lowercased(),
                    lane: lane,
                    links: links,
                    head: head
                )
            )
        }
    }
}
