package import FoundationEssentials
import Postgres

/// Where somebody knows that an audit trail has been.
package struct TrailHead: Sendable {
    /// Whose trail.
    package let community: UUID
    /// How many events there were.
    package let nr: Int64
    /// The head of the last of them, in hexadecimal digits.
    package let head: String

    /// Creates it from what was signed.
    package init(community: UUID, nr: Int64, head: String) {
        self.community = community
        self.nr = nr
        self.head = head
    }
}

/// The audit trail against its own hash chain.
extension CommunityAudit {
    /// Events are numbered 1, 2, 3 …, each follows from the one before and its own content, and the
    /// chain ends where they do.
    mutating func auditTrail() throws {
        try addDrifts(
            """
            SELECT 'audit-event', 'event ' || nr,
                   CASE WHEN nr <> nr_before + 1 THEN 'number ' || nr_before + 1
                        ELSE encode(sha256(head_before || digest), 'hex') END,
                   CASE WHEN nr <> nr_before + 1 THEN 'number ' || nr
                        ELSE encode(head, 'hex') END
              FROM (SELECT nr, head,
                           sha256(audit.content(
                               community_id, nr, recorded_at, service, operation, client_id,
                               party_id, on_behalf_of, object_kind, object_id, subject_id, before,
                               after, request_id)) AS digest,
                           lag(nr, 1, 0::bigint) OVER run AS nr_before,
                           lag(head, 1, '') OVER run AS head_before
                      FROM audit.event WHERE community_id = \(community)
                    WINDOW run AS (ORDER BY nr)) AS walked
             WHERE nr <> nr_before + 1 OR head <> sha256(head_before || digest)
             ORDER BY nr LIMIT \(rawSQL: limit)
            """
        )
        try addDrifts(
            """
            SELECT 'audit-head', 'the audit trail',
                   coalesce('#' || e.nr || ' ' || encode(e.head, 'hex'), 'no events'),
                   coalesce('#' || c.nr || ' ' || encode(c.head, 'hex'), 'no chain')
              FROM (SELECT nr, head FROM audit.chain WHERE community_id = \(community)) AS c
              FULL JOIN (SELECT nr, head FROM audit.event WHERE community_id = \(community)
                          ORDER BY nr DESC LIMIT 1) AS e ON true
             WHERE c.nr IS DISTINCT FROM e.nr OR c.head IS DISTINCT FROM e.head
            """
        )
        let end = try connection.query(
            "SELECT nr, encode(head, 'hex') FROM audit.chain WHERE community_id = \(community)"
        ).first?.decode(Int64.self, String.self)
        if let (events, head) = end {
            report.trails.append(
                AuditReport.Trail(
                    communityId: community.uuidString.lowercased(),
                    events: events,
                    head: head
                )
            )
        }
    }

    /// The trail still has what somebody knows that it had.
    mutating func compare(with known: TrailHead) throws {
        try addDrifts(
            """
            SELECT 'audit-known-head', 'event ' || k.nr, k.head,
                   coalesce(encode(e.head, 'hex'), 'the trail ends at ' || (
                       SELECT coalesce(max(nr), 0) FROM audit.event
                        WHERE community_id = \(community)))
              FROM (VALUES (\(known.nr), \(known.head))) AS k (nr, head)
              LEFT JOIN audit.event e ON e.community_id = \(community) AND e.nr = k.nr
             WHERE k.nr > 0 AND encode(e.head, 'hex') IS DISTINCT FROM k.head
            """
        )
    }
}
