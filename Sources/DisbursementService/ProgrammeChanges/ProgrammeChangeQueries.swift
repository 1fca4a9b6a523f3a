import API
import Domain
import FoundationEssentials
import Postgres
import ServiceKit

/// SQL about changes of programmes. The database alone carries them out.
enum ProgrammeChangeQueries {
    /// Whether no other change of the programme waits.
    static func insert(
        _ act: ProposeProgrammeChange,
        _ funding: CheckedFundingAccount?,
        _ rules: CheckedCreditRules?,
        _ connection: Connection
    ) throws -> Bool {
        let creation = act.creation
        return try connection.execute(
            """
            INSERT INTO disbursement.programme_change (community_id, id, programme_id, name,
                waiting_days, credits_last_days, funding_iban, funding_reference,
                recall_waiting_days, has_credit_rules, pays_from, pays_until, most_per_credit,
                most_per_person, person_period, earmark_categories, earmark_shops,
                earmark_from, reason, proposed_by, proposed_at)
            VALUES (\(act.community), \(act.id), \(act.programme), \(creation.name),
                    \(creation.waitingDays.map(Int32.init)),
                    \(creation.creditsLastDays.map(Int32.init)), \(funding?.iban),
                    \(funding?.reference.text), \(creation.recallWaitingDays.map(Int32.init)),
                    \(rules != nil), \(rules?.paysFrom), \(rules?.paysUntil),
                    \(rules?.mostPerCredit), \(rules?.mostPerPerson),
                    \(rules?.personPeriod?.rawValue), \(creation.earmark?.categories),
                    \(creation.earmark?.shopIds.map(\.uuid)),
                    \(creation.earmarkFromAt.map(Timestamp.init)), \(creation.reason), \(act.client),
                    \(Timestamp(act.now)))
            ON CONFLICT (community_id, programme_id) WHERE state = 'proposed' DO NOTHING
            """
        ) == 1
    }

    /// What the database says to a decision: `approved`, `rejected`, or why not. With a reason it is
    /// a rejection.
    static func decide(
        _ act: DecideProgrammeChange,
        iban: String?,
        rejection: String?,
        _ connection: Connection
    ) throws -> String {
        try connection.query(
            """
            SELECT disbursement.decide_programme_change(
                \(act.community), \(act.id), \(act.client), \(iban), \(rejection),
                \(Timestamp(act.now)))
            """
        ).one().decode(String.self)
    }

    private static let columns = """
        SELECT c.id, c.programme_id, p.name, c.name, c.waiting_days, c.credits_last_days, c.funding_iban,
               c.funding_reference, c.recall_waiting_days, c.has_credit_rules,
               c.pays_from::text, c.pays_until::text, c.most_per_credit, c.most_per_person,
               c.person_period, p.coin, k.digits, c.earmark_categories, c.earmark_shops,
               c.earmark_from, c.reason, c.state, c.proposed_by, c.proposed_at, c.decided_by,
               c.decided_at, c.rejection_reason
          FROM disbursement.programme_change c
          JOIN disbursement.programme p
            ON p.community_id = c.community_id AND p.id = c.programme_id
          JOIN accounts.coin k ON k.community_id = p.community_id AND k.code = p.coin
        """

    static func find(_ id: UUID, _ community: UUID) -> SQL {
        """
        \(rawSQL: columns)
         WHERE c.community_id = \(community) AND c.id = \(id)
        """
    }

    /// A change that is there.
    static func change(
        _ id: UUID,
        _ community: UUID,
        _ connection: Connection
    ) throws -> ProgrammeChange {
        let found = try changes(connection.query(find(id, community)))
        guard let change = found.first else { throw Problem.notFound("change of a programme") }
        return change
    }

    /// What a list of changes is narrowed to.
    struct Filter: Sendable {
        let programme: UUID?
        let state: String?
    }

    /// Newest first.
    static func list(_ filter: Filter, _ community: UUID, before: UUID?, limit: Int) -> SQL {
        """
        \(rawSQL: columns)
         WHERE c.community_id = \(community)
           AND (\(filter.programme)::uuid IS NULL OR c.programme_id = \(filter.programme))
           AND (\(filter.state)::text IS NULL OR c.state = \(filter.state))
           AND (\(before)::uuid IS NULL OR c.id < \(before))
         ORDER BY c.id DESC LIMIT \(limit + 1)
        """
    }

    @Sendable static func changes(_ rows: Rows) throws -> [ProgrammeChange] {
        try rows.map { row in
            let (
                id, programme, programmeName, name, waitingDays, lastDays, iban, reference,
                recallDays,
                hasRules, from, until, perCredit, perPerson, period, code, digits,
                categories, shops, earmarkFrom, reason, stateText, proposedBy, proposedAt,
                decidedBy,
                decidedAt, rejection
            ) = try row.decode(
                UUID.self,
                UUID.self,
                String.self,
                String?.self,
                Int32?.self,
                Int32?.self,
                String?.self,
                String?.self,
                Int32?.self,
                Bool.self,
                String?.self,
                String?.self,
                Int64?.self,
                Int64?.self,
                String?.self,
                String.self,
                Int.self,
                [String]?.self,
                [UUID]?.self,
                Timestamp?.self,
                String.self,
                String.self,
                UUID.self,
                Timestamp.self,
                UUID?.self,
                Timestamp?.self,
                String?.self
            )
            guard let state = ProgrammeChangeState(rawValue: stateText) else {
                throw PostgresError.decoding("unknown state of a change")
            }
            let coin = CoinDigits(code: code, digits: digits)
            let rules = CreditRulesCreation(
                paysFrom: from,
                paysUntil: until,
                mostPerCredit: perCredit.map(coin.amount),
                mostPerPerson: perPerson.map(coin.amount),
                personPeriod: period.flatMap(PersonPeriod.init(rawValue:))
            )
            return ProgrammeChange(
                id: Identifier(id),
                programmeId: Identifier(programme),
                programmeName: programmeName,
                name: name,
                waitingDays: waitingDays.map(Int.init),
                creditsLastDays: lastDays.map(Int.init),
                fundingAccount: iban.map { FundingAccount(iban: $0, reference: reference) },
                creditRules: hasRules ? rules : nil,
                recallWaitingDays: recallDays.map(Int.init),
                earmark: categories.map { categories in
                    Earmark(categories: categories, shopIds: (shops ?? []).map(Identifier.init))
                },
                earmarkFromAt: earmarkFrom.map { Instant($0) },
                reason: reason,
                state: state,
                proposedBy: Identifier(proposedBy),
                proposedAt: Instant(proposedAt),
                decidedBy: decidedBy.map { Identifier($0) },
                decidedAt: decidedAt.map { Instant($0) },
                rejectionReason: rejection
            )
        }
    }
}
