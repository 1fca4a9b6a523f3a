import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// The SQL of letters about recalls. Days are those of the community.
enum RecallLetterQueries {
    /// What letters are narrowed to.
    struct Filter: Sendable {
        let programme: UUID?
        let state: RecallState
        /// The day on which the recall came so far, such as `2026-03-25`.
        let on: String?
    }

    /// A letter, and the recall that it is about.
    struct Found: Sendable {
        let recall: UUID
        let letter: RecallLetter
    }

    private static let columns = """
        SELECT r.id, y.name, c.name, p.name, k.name, k.digits, r.most, r.reason, r.state,
               EXISTS (SELECT FROM disbursement.departure o
                        WHERE o.community_id = r.community_id AND o.party_id = r.party_id
                          AND o.kind = 'died' AND o.state = 'confirmed'),
               g.amount, (g.granted_at AT TIME ZONE c.time_zone)::date::text,
               d.announced::text, d.due::text, (d.due - 1)::text, d.so_far::text,
               r.decided_at IS NOT NULL, coalesce(r.withdrawal_reason, r.decision_reason, ''),
               r.taken
          FROM disbursement.recall r
          JOIN disbursement.programme p
            ON p.community_id = r.community_id AND p.id = r.programme_id
          JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
          JOIN accounts.community c ON c.community_id = r.community_id
          JOIN accounts.party y ON y.community_id = r.community_id AND y.id = r.party_id
         CROSS JOIN LATERAL (
               SELECT (r.announced_at AT TIME ZONE c.time_zone)::date AS announced,
                      (r.due_at AT TIME ZONE c.time_zone)::date AS due,
                      (coalesce(r.ended_at, r.decided_at, r.objected_at, r.announced_at)
                       AT TIME ZONE c.time_zone)::date AS so_far) AS d
          LEFT JOIN LATERAL disbursement.grants(r.community_id, NULL, r.grant_id) AS g ON true
         WHERE y.kind = 'person'
        """

    static func one(_ id: UUID, of person: UUID?, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
           AND r.community_id = \(community) AND r.id = \(id)
           AND (\(person)::uuid IS NULL OR r.party_id = \(person))
        """
    }

    /// Newest first.
    static func some(_ filter: Filter, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
           AND r.community_id = \(community) AND r.state = \(filter.state.rawValue)
           AND (\(filter.programme)::uuid IS NULL OR r.programme_id = \(filter.programme))
           AND (\(filter.on)::text IS NULL OR d.so_far = (\(filter.on)::text)::date)
           AND (\(before)::uuid IS NULL OR r.id < \(before))
         ORDER BY r.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func letters(_ rows: Rows) throws -> [Found] {
        try rows.map(letter)
    }

    private static func letter(_ row: Row) throws -> Found {
        let (
            id, name, community, programme, coin, digits, most, reason, stateText, isToHeirs,
            granted, grantedOn, announced, due, lastDay, soFar, isDecided, answer, taken
        ) = try row.decode(
            UUID.self,
            String.self,
            String.self,
            String.self,
            String.self,
            Int16.self,
            Int64?.self,
            String.self,
            String.self,
            Bool.self,
            Int64?.self,
            String?.self,
            String.self,
            String.self,
            String.self,
            String.self,
            Bool.self,
            String.self,
            Int64?.self
        )
        guard let state = RecallState(rawValue: stateText) else {
            throw PostgresError.decoding("a recall of no known state")
        }
        let money = CoinDigits(code: coin, digits: Int(digits))
        func text(_ units: Int64) -> String { money.amount(units).value }
        let credit: RecallLetter.Credit? =
            if let granted, let grantedOn { .init(text(granted), on: try day(grantedOn)) } else {
                nil
            }
        let stage: RecallLetter.Stage =
            switch state {
            case .announced where isDecided: .rejected(on: try day(soFar), reason: answer)
            case .announced: .announced(lastDay: try day(lastDay))
            case .objected: .objected(on: try day(soFar))
            case .upheld: .upheld(on: try day(soFar), reason: answer)
            case .withdrawn: .withdrawn(on: try day(soFar), reason: answer)
            case .done:
                .done(on: try day(soFar), taken: taken.flatMap { $0 > 0 ? text($0) : nil })
            }
        return Found(
            recall: id,
            letter: RecallLetter(
                to: name,
                isToHeirs: isToHeirs,
                of: community,
                about: programme,
                in: coin,
                reference: "\(Identifier(id))",
                credit: credit,
                most: most.map(text),
                reason: reason,
                announced: try day(announced),
                due: try day(due),
                stage: stage
            )
        )
    }

    private static func day(_ text: String) throws -> RecallLetter.Day {
        guard let day = RecallLetter.Day(text) else {
            throw PostgresError.decoding("a day that is none")
        }
        return day
    }
}
