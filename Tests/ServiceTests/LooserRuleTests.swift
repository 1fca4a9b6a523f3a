import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Limits that one person alone does not lift.
@Suite struct LooserRuleTests {
    @Test func `one clerk makes rules stricter, and two people make them looser`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let rules = CreditRulesCreation(
            paysFrom: "2026-02-01",
            paysUntil: "2090-02-01",
            mostPerCredit: community.amount("50.00"),
            mostPerPerson: community.amount("100.00"),
            personPeriod: .year
        )
        // The first are stricter than none, and the same ones are no looser.
        for _ in 1...2 {
            #expect(try await community.setCreditRules(rules, of: programme.id).status == 201)
        }
        let looser: [(inout CreditRulesCreation) -> Void] = [
            { $0.paysFrom = nil }, { $0.paysFrom = "2026-01-31" },
            { $0.paysUntil = nil }, { $0.paysUntil = "2090-02-02" },
            { $0.mostPerCredit = nil }, { $0.mostPerCredit = community.amount("50.01") },
            { $0.mostPerPerson = community.amount("100.01") }, { $0.personPeriod = .month },
            {
                $0.mostPerPerson = nil
                $0.personPeriod = nil
            },
        ]
        for change in looser {
            var loosened = rules
            loosened.mostPerCredit = community.amount("40.00")
            change(&loosened)
            let answer = try await community.setCreditRules(loosened, of: programme.id)
            #expect(answer.problemType == .secondPersonRequired, "\(loosened)")
        }
        var stricter = rules
        stricter.mostPerCredit = community.amount("49.99")
        stricter.personPeriod = .programme
        #expect(try await community.setCreditRules(stricter, of: programme.id).status == 201)
        let change = try await community.proposeChange(of: programme.id, rules: rules)
            .decode(ProgrammeChange.self)
        #expect(change.creditRules == rules)
        #expect(try await newest(of: programme, in: community).version == 3)
        _ = try await community.approve(change: change.id).decode(ProgrammeChange.self)
        let loosened = try await newest(of: programme, in: community)
        #expect(loosened.version == 4 && loosened.mostPerCredit == rules.mostPerCredit)
        #expect(loosened.personPeriod == .year)
    }

    private func newest(
        of programme: Programme,
        in community: TestCommunity
    ) async throws -> CreditRules {
        let page = try await community.treasurer.call(
            .listCreditRules,
            ["programmeId": "\(programme.id)"]
        ).decode(Page<CreditRules>.self)
        return try #require(page.items.first)
    }

    @Test func `rules in a change are checked where they stand`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let backward = CreditRulesCreation(paysFrom: "2026-03-02", paysUntil: "2026-03-01")
        let answer = try await community.proposeChange(of: programme.id, rules: backward)
        #expect(answer.problem?.errors?.map(\.pointer) == ["/creditRules/paysUntil"])
        let other = CreditRulesCreation(mostPerCredit: Amount(value: "1.00", coin: "elders"))
        let foreign = try await community.proposeChange(of: programme.id, rules: other)
        #expect(foreign.problemType == .unknownCoin)
    }

    @Test func `one clerk makes recalls wait longer, and two people shorter`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        // Six weeks hold where nothing was said.
        let shorter = try await community.setGrantRules(of: programme.id, waitingDays: 41)
        #expect(shorter.problemType == .secondPersonRequired)
        for days in [14, 60] {
            let change = try await community.proposeChange(
                of: programme.id,
                recallWaitingDays: days
            ).decode(ProgrammeChange.self)
            _ = try await community.approve(change: change.id).decode(ProgrammeChange.self)
            let rules = try await community.clerk.call(
                .getGrantRules,
                ["programmeId": "\(programme.id)"]
            ).decode(GrantRules.self)
            #expect(rules.recallWaitingDays == days && rules.reminderDays == [30, 7])
            let fewer = try await community.setGrantRules(of: programme.id, waitingDays: days - 1)
            #expect(fewer.problemType == .secondPersonRequired)
            let same = try await community.setGrantRules(
                of: programme.id,
                waitingDays: days,
                remindAt: [30, 7]
            )
            #expect(same.status == 201)
        }
    }

    @Test func `the database refuses what one person loosens`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let rules = CreditRulesCreation(mostPerCredit: community.amount("50.00"))
        #expect(try await community.setCreditRules(rules, of: programme.id).status == 201)
        let change = try await community.proposeChange(of: programme.id, recallWaitingDays: 10)
            .decode(ProgrammeChange.self)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        let statements: [(SQL, state: String)] = [
            (
                """
                INSERT INTO disbursement.credit_rule (community_id, programme_id, version, set_by,
                                                      set_at)
                VALUES (\(community.id.uuid), \(programme.id.uuid), 2, \(UUID()), now())
                """, "23514"
            ),
            (
                """
                INSERT INTO disbursement.credit_rule (community_id, programme_id, version, set_by,
                                                      set_at, change_id)
                VALUES (\(community.id.uuid), \(programme.id.uuid), 2, \(UUID()), now(),
                        \(change.id.uuid))
                """, "42501"
            ),
            (
                """
                UPDATE disbursement.grant_rules SET recall_waiting_days = 10
                 WHERE programme_id = \(programme.id.uuid)
                """, "23514"
            ),
            (
                """
                UPDATE disbursement.grant_rules SET change_id = \(change.id.uuid)
                 WHERE programme_id = \(programme.id.uuid)
                """, "42501"
            ),
        ]
        for (statement, state) in statements {
            do {
                let count = try await Tenant.community(community.id.uuid).perform {
                    try await service.execute(statement)
                }
                Issue.record("the database took \(count) rows")
            } catch let error as PostgresError {
                #expect(error.sqlState == state, "\(error)")
            }
        }
    }
}
