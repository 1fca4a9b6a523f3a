import API
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of recalls. The database says which state follows which, and takes the money.
enum RecallQueries {
    /// Names a recall in the whole installation.
    struct Key: Sendable {
        let community: UUID
        let id: UUID
    }

    /// Due now, of all communities, the longest waiting first.
    static let due: SQL = """
        SELECT community_id, id FROM disbursement.recall
         WHERE state = 'announced' AND due_at <= clock_timestamp()
         ORDER BY due_at LIMIT 500
        """

    @Sendable static func keys(_ rows: Rows) throws -> [Key] {
        try rows.map { row in
            let (community, id) = try row.decode(UUID.self, UUID.self)
            return Key(community: community, id: id)
        }
    }

    /// How much was taken; NULL when it is not due, or while another instance has it.
    static func carryOut(_ key: Key) -> SQL {
        "SELECT disbursement.carry_out_recall(\(key.community), \(key.id))"
    }

    /// Announces recalls, and answers of which grants: those of which another recall is open are left
    /// out. In one order, so that nobody who announces some of them at the same time waits for us while
    /// we wait for him.
    static func announce(
        _ recalls: [NewRecall],
        _ terms: RecallTerms,
        _ connection: Connection
    ) throws -> Set<UUID> {
        guard !recalls.isEmpty else { return [] }
        let announced = try connection.query(
            """
            INSERT INTO disbursement.recall (community_id, id, grant_id, programme_id, party_id,
                                             most, reason, announced_by, announced_at, due_at)
            SELECT \(terms.community), n.id, n.grant_id, \(terms.programme), n.party_id,
                   \(terms.most), \(terms.reason), \(terms.client),
                   \(Timestamp(terms.announcedAt)), \(Timestamp(terms.dueAt))
              FROM unnest(\(recalls.map(\.id)), \(recalls.map(\.grant)),
                          \(recalls.map(\.person))) AS n (id, grant_id, party_id)
             ORDER BY n.grant_id
            ON CONFLICT (community_id, grant_id) WHERE state IN ('announced', 'objected') DO NOTHING
            RETURNING grant_id
            """
        ).map { try $0.decode(UUID.self) }
        return Set(announced)
    }

    /// The recall stands still until the transaction ends. Throws 404 without one, and when it is about
    /// somebody else than `person`.
    static func lock(
        _ id: UUID,
        of person: UUID?,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Recall {
        let found = try connection.query(
            """
            SELECT FROM disbursement.recall
             WHERE community_id = \(community) AND id = \(id)
               AND (\(person)::uuid IS NULL OR party_id = \(person)) FOR UPDATE
            """
        )
        guard !found.isEmpty else { throw Problem.notFound("recall") }
        return try recalls(connection.query(find(id, of: person, community)))[0]
    }

    private static let columns = """
        SELECT r.id, r.grant_id, r.party_id, r.programme_id, p.name, p.coin, r.most, r.reason,
               r.state, r.announced_by, r.announced_at, r.due_at, r.objection, r.objected_at,
               r.decision_reason, r.decided_at, r.withdrawal_reason, r.taken, r.ended_at
          FROM disbursement.recall r
          JOIN disbursement.programme p
            ON p.community_id = r.community_id AND p.id = r.programme_id
        """

    static func find(_ id: UUID, of person: UUID?, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community) AND r.id = \(id)
           AND (\(person)::uuid IS NULL OR r.party_id = \(person))
        """
    }

    /// What a list of recalls is narrowed to.
    struct Filter: Sendable {
        let person: UUID?
        let programme: UUID?
        let state: String?
    }

    /// Newest first.
    static func list(_ filter: Filter, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE r.community_id = \(community)
           AND (\(filter.person)::uuid IS NULL OR r.party_id = \(filter.person))
           AND (\(filter.programme)::uuid IS NULL OR r.programme_id = \(filter.programme))
           AND (\(filter.state)::text IS NULL OR r.state = \(filter.state))
           AND (\(before)::uuid IS NULL OR r.id < \(before))
         ORDER BY r.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func recalls(_ rows: Rows) throws -> [Recall] {
        try rows.map { row in
            let (
                id, grant, person, programme, name, coin, most, reason, stateText, announcedBy,
                announcedAt, dueAt, objection, objectedAt, decisionReason, decidedAt,
                withdrawalReason, taken, endedAt
            ) = try row.decode(
                UUID.self,
                UUID.self,
                UUID.self,
                UUID.self,
                String.self,
                String.self,
                Int64?.self,
                String.self,
                String.self,
                UUID.self,
                Timestamp.self,
                Timestamp.self,
                String?.self,
                Timestamp?.self,
                String?.self,
                Timestamp?.self,
                String?.self,
                Int64?.self,
                Timestamp?.self
            )
            guard let state = RecallState(rawValue: stateText) else {
                throw PostgresError.decoding("a recall of no known state")
            }
            let digits = CoinDigits(code: coin, digits: CoinDigits.pegged)
            return Recall(
                id: Identifier(id),
                grantId: Identifier(grant),
                personId: Identifier(person),
                programmeId: Identifier(programme),
                programmeName: name,
                amount: most.map(digits.amount),
                reason: reason,
                state: state,
                announcedBy: Identifier(announcedBy),
                announcedAt: Instant(announcedAt),
                dueAt: Instant(dueAt),
                objection: objection,
                objectedAt: objectedAt.map { Instant($0) },
                decisionReason: decisionReason,
                decidedAt: decidedAt.map { Instant($0) },
                withdrawalReason: withdrawalReason,
                taken: taken.map(digits.amount),
                endedAt: endedAt.map { Instant($0) }
            )
        }
    }
}
