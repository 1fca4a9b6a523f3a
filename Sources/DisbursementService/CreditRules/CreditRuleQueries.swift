import API
import Domain
import FoundationEssentials
import ISO20022
import Postgres
import ServiceKit

/// The SQL of what programmes pay, and when.
enum CreditRuleQueries {
    /// Whether a programme would pay by these rules what it does not pay by those in force.
    static func paysMore(
        _ rules: CheckedCreditRules,
        _ programme: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> Bool {
        try connection.query(
            """
            SELECT disbursement.pays_more(
                \(community), \(programme), \(rules.paysFrom), \(rules.paysUntil),
                \(rules.mostPerCredit), \(rules.mostPerPerson), \(rules.personPeriod?.rawValue))
            """
        ).one().decode(Bool.self)
    }

    static func insert(
        _ rules: CreditRules,
        _ checked: CheckedCreditRules,
        by client: UUID,
        _ community: UUID
    ) -> SQL {
        """
        INSERT INTO disbursement.credit_rule (community_id, programme_id, version, pays_from,
            pays_until, most_per_credit, most_per_person, person_period, set_by, set_at)
        VALUES (\(community), \(rules.programmeId.uuid), \(Int32(rules.version)),
                \(checked.paysFrom), \(checked.paysUntil), \(checked.mostPerCredit),
                \(checked.mostPerPerson), \(checked.personPeriod?.rawValue), \(client),
                \(Timestamp(rules.setAt)))
        """
    }

    static let versions = ProgrammeVersions(
        path: "credit-rules",
        audited: .creditRules,
        list: list,
        decode: decode
    )

    /// Newest first.
    @Sendable static func list(
        of programme: UUID,
        _ community: UUID,
        before version: Int32?,
        limit: Int
    ) -> SQL {
        """
        SELECT r.programme_id, r.version, r.pays_from::text, r.pays_until::text, r.most_per_credit,
               r.most_per_person, r.person_period, p.coin, k.digits, r.set_at
          FROM disbursement.credit_rule r
          JOIN disbursement.programme p
            ON p.community_id = r.community_id AND p.id = r.programme_id
          JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
         WHERE r.community_id = \(community) AND r.programme_id = \(programme)
           AND (\(version) IS NULL OR r.version < \(version))
         ORDER BY r.version DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func decode(_ row: Row) throws -> CreditRules {
        let (
            programme, version, from, until, perCredit, perPerson, period, code, digits, setAt
        ) = try row.decode(
            UUID.self,
            Int32.self,
            String?.self,
            String?.self,
            Int64?.self,
            Int64?.self,
            String?.self,
            String.self,
            Int.self,
            Timestamp.self
        )
        let coin = CoinDigits(code: code, digits: digits)
        return CreditRules(
            programmeId: Identifier(programme),
            version: Int(version),
            paysFrom: from,
            paysUntil: until,
            mostPerCredit: perCredit.map(coin.amount),
            mostPerPerson: perPerson.map(coin.amount),
            personPeriod: period.flatMap(PersonPeriod.init(rawValue:)),
            setAt: Instant(setAt)
        )
    }
}
