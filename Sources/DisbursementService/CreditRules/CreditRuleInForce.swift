import FoundationEssentials
import ISO20022
import Postgres

/// What a programme pays now, and when; amounts in minor units.
struct CreditRuleInForce: Sendable {
    let paysFrom: CalendarDate?
    let paysUntil: CalendarDate?
    let mostPerCredit: Int64?
    let mostPerPerson: (amount: Int64, period: PayerProblem.Period)?

    /// `nil` for a programme without rules.
    static func find(
        of programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> CreditRuleInForce? {
        try connection.query(
            """
            SELECT pays_from::text, pays_until::text, most_per_credit, most_per_person,
                   person_period
              FROM disbursement.credit_rule
             WHERE community_id = \(community) AND programme_id = \(programme)
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
            return CreditRuleInForce(
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
