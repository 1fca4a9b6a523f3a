import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// How many people approve what is paid every month: as many as approve a file of what it pays in a year.
@Suite struct StandingApprovalTests {
    private func programme(
        in community: TestCommunity,
        twoApproversFrom sum: String
    ) async throws -> Programme {
        let programme = try await community.fundedProgramme("500.00")
        _ = try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(twoApproversFrom: community.amount(sum))
        )
        return programme
    }

    private func approver(_ name: String, of community: TestCommunity) async throws -> TestClient {
        try await community.administrator.register(
            name,
            [.benefitsApprover],
            of: community.institution
        )
    }

    private func decide(
        _ standing: StandingInstruction,
        _ approve: Bool = true,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .decideStandingInstruction,
            ["standingInstructionId": "\(standing.id)"],
            body: StandingDecision(approve: approve)
        )
    }

    @Test func `what pays much in its first year takes two people besides who proposed it`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await programme(in: community, twoApproversFrom: "120.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let (day, today) = (community.days.dayOfMonth, community.days.day())
        func propose(_ amount: String, until: String? = nil) async throws -> StandingInstruction {
            try await community.standing(
                programme.id,
                resident.person,
                amount,
                day,
                from: today,
                until: until
            ).decode(StandingInstruction.self)
        }
        #expect(try await propose("9.99").approvalsMissing == 1)
        #expect(try await propose("119.99", until: today).approvalsMissing == 1)
        #expect(try await propose("120.00", until: today).approvalsMissing == 2)
        let large = try await propose("10.00")
        #expect(large.approvalsMissing == 2 && large.terms[0].approvalsNeeded == 2)

        // Whoever lowers the guard now lowers it for what is proposed next.
        _ = try await community.setFiles(of: programme.id, FileSettingsCreation())
        let first = try await decide(large, by: community.approver)
            .decode(StandingInstruction.self)
        #expect(first.state == .proposed && first.approvalsMissing == 1)
        #expect(first.terms[0].state == .proposed && first.terms[0].approvals.count == 1)
        let again = try await decide(large, by: community.approver)
        #expect(again.problemType == .secondPersonRequired)
        let listed = try await community.approver.call(
            .listStandingInstructions,
            query: "termState=proposed"
        ).decode(Page<StandingInstruction>.self).items
        #expect(listed.first { $0.id == large.id }?.approvalsMissing == 1)
        #expect(try await community.standingPayments(large.id).isEmpty)

        let second = try await approver("Tweede", of: community)
        let active = try await decide(large, by: second).decode(StandingInstruction.self)
        #expect(active.state == .active && active.approvalsMissing == 0)
        #expect(active.terms[0].approvals.count == 2)
        _ = try await eventually("the payment") {
            try await community.standingPayments(large.id).isEmpty ? nil : true
        }
        #expect(try await resident.available() == "10.00")
    }

    @Test func `a change goes by what it pays itself, and one person is enough to reject it`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await programme(in: community, twoApproversFrom: "240.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(programme.id, resident.person, "10.00", 1)
            .decode(StandingInstruction.self)
        _ = try await decide(standing, by: community.approver).decode(StandingInstruction.self)
        func change(_ amount: String) async throws -> StandingInstruction {
            try await community.clerk.call(
                .changeStandingInstruction,
                ["standingInstructionId": "\(standing.id)"],
                body: StandingChange(
                    amount: community.amount(amount),
                    day: 31,
                    fromOn: "2080-03-01"
                )
            ).decode(StandingInstruction.self)
        }
        #expect(try await change("20.00").approvalsMissing == 2)
        let first = try await decide(standing, by: community.approver)
            .decode(StandingInstruction.self)
        // What counted before still does.
        #expect(first.state == .active && first.terms.map(\.state) == [.approved, .proposed])
        let rejected = try await decide(standing, false, by: community.approver)
            .decode(StandingInstruction.self)
        #expect(rejected.terms.map(\.state) == [.approved, .rejected])
        #expect(rejected.approvalsMissing == 0)
        #expect(try await change("19.99").approvalsMissing == 1)
        let changed = try await decide(standing, by: community.approver)
            .decode(StandingInstruction.self)
        #expect(changed.terms.map(\.state) == [.approved, .rejected, .approved])
    }

    @Test func `of many who approve a standing instruction at once as many count as are needed`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await programme(in: community, twoApproversFrom: "1.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(programme.id, resident.person, "1.00", 1)
            .decode(StandingInstruction.self)
        var approvers = [community.approver]
        for place in 1...3 {
            approvers.append(try await approver("Goedkeurder \(place)", of: community))
        }
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for approver in approvers {
                group.addTask { try await decide(standing, by: approver) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 2)
        #expect(
            answers.filter { $0.status != 201 }
                .allSatisfy { $0.problemType == .standingInstructionState }
        )
    }

    @Test func `the database refuses approvals that are none, and terms that lack one`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await programme(in: community, twoApproversFrom: "1.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(programme.id, resident.person, "1.00", 1)
            .decode(StandingInstruction.self)
        _ = try await decide(standing, by: community.approver).decode(StandingInstruction.self)
        let (owner, id) = (community.id.uuid, standing.id.uuid)
        let approve: SQL = """
            UPDATE disbursement.standing_term
               SET state = 'approved', decided_at = now(),
                   decided_by = (SELECT approved_by FROM disbursement.standing_approval
                                  WHERE community_id = \(owner) AND instruction_id = \(id))
             WHERE community_id = \(owner) AND instruction_id = \(id)
            """
        // By who proposed it; by one of two; and by two, of whom neither decided.
        let proposers: SQL = """
            INSERT INTO disbursement.standing_approval
            SELECT community_id, instruction_id, nr, proposed_by, now()
              FROM disbursement.standing_term
             WHERE community_id = \(owner) AND instruction_id = \(id)
            """
        let strangers: SQL = """
            INSERT INTO disbursement.standing_approval
            VALUES (\(owner), \(id), 1, gen_random_uuid(), now())
            """
        let byNobody: SQL = """
            UPDATE disbursement.standing_term
               SET state = 'approved', decided_at = now(), decided_by = gen_random_uuid()
             WHERE community_id = \(owner) AND instruction_id = \(id)
            """
        for statements in [[proposers], [approve], [strangers], [strangers, byNobody]] {
            await #expect(throws: PostgresError.self) {
                try await community.stack.cluster.withOwner(
                    database: LocalStack.databaseName
                ) { owner in
                    try await owner.transaction { connection in
                        for statement in statements { try connection.execute(statement) }
                    }
                }
            }
        }
        let after = try await community.clerk.call(
            .getStandingInstruction,
            ["standingInstructionId": "\(standing.id)"]
        ).decode(StandingInstruction.self)
        #expect(after.state == .proposed && after.approvalsMissing == 1)
    }
}
