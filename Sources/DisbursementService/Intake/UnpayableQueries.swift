import Domain
import FoundationEssentials
import ISO20022
import Postgres

/// The SQL of lines that are refused when their file has arrived.
enum UnpayableQueries {
    /// Something to say about a line.
    struct Line: Sendable {
        let nr: Int
        let sourceLine: Int
        let refusal: CreditRefusal
        let plannedOn: CalendarDate
        /// How much there is to say, told or not.
        let total: Int
    }

    /// A million lines are judged by one statement.
    static let patience = "SET LOCAL statement_timeout = 600000"

    /// Refuses them, and answers what is to be said, in the order of the file. Wallets are looked for
    /// only where the programme has a limit per person.
    static func refuse(
        _ intake: Intake,
        atOnce: Bool,
        telling most: Int,
        _ connection: Connection
    ) throws -> [Line] {
        try connection.query(
            """
            SELECT r.nr, r.source_line, r.refusal, r.planned_on::text, r.total
              FROM (SELECT array_agg(i.nr) AS nrs, array_agg(c.id) AS wallets
                      FROM disbursement.instruction i
                      LEFT JOIN LATERAL \(rawSQL: CreditorQueries.wallet) AS c ON true
                     WHERE i.community_id = \(intake.community)
                       AND i.batch_id = \(intake.batch) AND i.state = 'acceptable'
                       AND (SELECT k.most_per_person IS NOT NULL FROM disbursement.credit_rule k
                             WHERE k.community_id = \(intake.community)
                               AND k.programme_id = \(intake.programme)
                             ORDER BY k.version DESC LIMIT 1)) AS found
             CROSS JOIN LATERAL disbursement.refuse_unpayable(
                   \(intake.community), \(intake.batch), \(atOnce), found.nrs, found.wallets,
                   \(Int32(clamping: most))) AS r
            """
        ).map { row in
            let (nr, sourceLine, word, plannedOn, total) = try row.decode(
                Int.self,
                Int.self,
                String.self,
                String.self,
                Int.self
            )
            guard let refusal = CreditRefusal(rawValue: word),
                let day = CalendarDate(xmlDate: plannedOn)
            else { throw PostgresError.decoding("unknown refusal of a line") }
            return Line(
                nr: nr,
                sourceLine: sourceLine,
                refusal: refusal,
                plannedOn: day,
                total: total
            )
        }
    }
}
