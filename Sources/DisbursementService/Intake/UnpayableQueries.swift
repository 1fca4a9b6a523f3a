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

    /// What the programme pays, and when; amounts in minor units.
    struct Rule: Sendable {
        let paysFrom: CalendarDate?
        let paysUntil: CalendarDate?
        let mostPerCredit: Int64?
        let mostPerPerson: (amount: Int64, period: PayerProblem.Period)?
    }

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

    /// The one in force; `nil` without.
    static func rule(of intake: Intake, _ connection: Connection) throws -> Rule? {
        try connection.query(
            """
            SELECT pays_from::text, pays_until::text, most_per_credit, most_per_person,
                   person_period
              FROM disbursement.credit_rule
             WHERE community_id = \(intake.community) AND programme_id = \(intake.programme)
             ORDER BY version DESC LIMIT 1
            """
        ).first.map { row in
            let (from, until, perCredit, perPerson, period) = try row.decode(
                String?.self,
                String?.self,
                Int64?.self,
                Int64?.self,
                String?.self
            )
            return Rule(
                paysFrom: from.flatMap { CalendarDate(xmlDate: $0) },
                paysUntil: until.flatMap { CalendarDate(xmlDate: $0) },
                mostPerCredit: perCredit,
                mostPerPerson: perPerson.flatMap { amount in
                    period.flatMap(PayerProblem.Period.init).map { (amount, $0) }
                }
            )
        }
    }
}
