import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What programmes pay people every month: approved by a second person, once a month, never twice.
@Suite struct StandingInstructionTests {
    private func paid(_ id: Identifier, _ count: Int, _ community: TestCommunity) async throws
        -> [StandingPayment]
    {
        try await eventually("\(count) payments") {
            let payments = try await community.standingPayments(id)
            return payments.count == count ? payments : nil
        }
    }

    @Test func `a month is paid once, after somebody else approved it`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "12.50",
            community.days.dayOfMonth,
            from: community.days.day()
        ).decode(StandingInstruction.self)
        #expect(standing.state == .proposed && standing.terms.map(\.state) == [.proposed])
        let both = try await community.administrator.register(
            "Duizendpoot",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        let own = try await both.call(
            .createStandingInstruction,
            ["programmeId": "\(programme.id)"],
            body: StandingInstructionCreation(
                personId: resident.person,
                amount: community.amount("1.00"),
                day: 1,
                fromOn: community.days.day()
            )
        ).decode(StandingInstruction.self)
        let alone = try await both.call(
            .decideStandingInstruction,
            ["standingInstructionId": "\(own.id)"],
            body: StandingDecision(approve: true)
        )
        #expect(alone.problemType == .secondPersonRequired)
        #expect(try await community.standingPayments(standing.id).isEmpty)
        let active = try await community.approveStanding(standing.id)
            .decode(StandingInstruction.self)
        #expect(active.state == .active)
        let payments = try await paid(standing.id, 1, community)
        #expect(payments.map(\.amount.value) == ["12.50"])
        #expect(payments.map(\.dueOn) == [community.days.day()])
        // It is a grant like any other, which can be recalled.
        let grant = try await community.newestGrant(of: resident)
        #expect(grant.id == payments[0].transferId && grant.left.value == "12.50")
        #expect(try await resident.available() == "12.50")
        let again = try await community.approveStanding(standing.id)
        #expect(again.problemType == .standingInstructionState)
    }

    @Test func `months that were missed are paid one by one, by two instances, each once`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "10.00",
            1,
            from: community.days.day()
        ).decode(StandingInstruction.self)
        // As if it had begun on the first of the month, six months ago: seven are due.
        let (id, owner) = (standing.id.uuid, community.id.uuid)
        try await community.change(
            """
            UPDATE disbursement.standing_term
               SET from_on = (date_trunc('month', from_on) - interval '6 months')::date
             WHERE community_id = \(owner) AND instruction_id = \(id)
            """
        )
        let other = try await SecondInstance.start(
            .disbursement,
            of: community.stack,
            programs: TestStack.programs
        )
        #expect(try await community.approveStanding(standing.id).status == 201)
        let payments = try await paid(standing.id, 7, community)
        await other.stop()
        #expect(Set(payments.map(\.month)).count == 7)
        #expect(try await resident.available() == "70.00")
    }

    @Test func `what cannot be paid waits, says why, and is paid when it can be`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("5.00")
        let person = try await community.registerPerson("Nog Niet")
        let standing = try await community.standing(
            programme.id,
            person.id,
            "8.00",
            community.days.dayOfMonth,
            from: community.days.day(),
            purpose: .wage
        ).decode(StandingInstruction.self)
        #expect(standing.purpose == .wage)
        func waits(for reason: String) async throws {
            _ = try await eventually("waiting: \(reason)") {
                let read = try await community.clerk.call(
                    .getStandingInstruction,
                    ["standingInstructionId": "\(standing.id)"]
                ).decode(StandingInstruction.self)
                return read.waitingReason == reason ? true : nil
            }
        }
        #expect(try await community.approveStanding(standing.id).status == 201)
        try await waits(for: "not-enrolled")
        let resident = try await community.enrol(person)
        try await waits(for: "budget-exceeded")
        let funding = try await community.fund(programme.id, "3.00")
        #expect(funding.status == 201)
        _ = try await paid(standing.id, 1, community)
        #expect(try await resident.available() == "8.00")
    }

    @Test func `a change counts from its day on when it was approved, and a stop ends it`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "10.00",
            community.days.dayOfMonth,
            from: community.days.day()
        ).decode(StandingInstruction.self)
        let path = ["standingInstructionId": "\(standing.id)"]
        let change = StandingChange(
            amount: community.amount("20.00"),
            day: community.days.dayOfMonth,
            fromOn: community.days.day()
        )
        let early = try await community.clerk.call(.changeStandingInstruction, path, body: change)
        #expect(early.problemType == .standingInstructionState)
        #expect(try await community.approveStanding(standing.id).status == 201)
        _ = try await paid(standing.id, 1, community)
        let past = StandingChange(
            amount: community.amount("20.00"),
            day: 1,
            fromOn: "2020-01-01"
        )
        let refused = try await community.clerk.call(.changeStandingInstruction, path, body: past)
        #expect(refused.problemType == .invalidRequest)
        _ = try await community.clerk.call(.changeStandingInstruction, path, body: change)
            .decode(StandingInstruction.self)
        #expect(try await community.approveStanding(standing.id).status == 201)
        let stop = StandingStop(fromOn: community.days.day(in: 40), reason: "werk gevonden")
        let stopped = try await community.clerk.call(.stopStandingInstruction, path, body: stop)
            .decode(StandingInstruction.self)
        #expect(stopped.state == .stopped && stopped.stoppedFromOn == community.days.day(in: 40))
        let later = StandingStop(fromOn: community.days.day(in: 41), reason: "toch niet")
        let kept = try await community.clerk.call(.stopStandingInstruction, path, body: later)
        #expect(kept.problemType == .standingInstructionState)
        // This month was paid already, whatever it would be now.
        #expect(try await community.standingPayments(standing.id).map(\.amount.value) == ["10.00"])
    }

    @Test func `an association gets a subsidy, once where it ends on the day it begins`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let association = try await community.openShop()
        func create(_ creation: StandingInstructionCreation) async throws -> TestAnswer {
            try await community.clerk.call(
                .createStandingInstruction,
                ["programmeId": "\(programme.id)"],
                body: creation
            )
        }
        var creation = StandingInstructionCreation(
            merchantId: association.merchant,
            purpose: .benefit,
            amount: community.amount("40.00"),
            day: community.days.dayOfMonth,
            fromOn: community.days.day(),
            untilOn: community.days.day()
        )
        #expect(try await create(creation).problemType == .invalidRequest)
        creation.purpose = .subsidy
        creation.merchantId = community.institution
        #expect(try await create(creation).problemType == .unknownParty)
        creation.merchantId = association.merchant
        let standing = try await create(creation).decode(StandingInstruction.self)
        #expect(standing.personId == nil && standing.merchantId == association.merchant)
        #expect(try await community.approveStanding(standing.id).status == 201)
        _ = try await paid(standing.id, 1, community)
        #expect(try await association.balance() == "40.00")
    }

    @Test func `the database refuses a second payment of a month and one nobody approved`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Ontvanger")
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "10.00",
            community.days.dayOfMonth,
            from: community.days.day()
        ).decode(StandingInstruction.self)
        let (owner, id) = (community.id.uuid, standing.id.uuid)
        await #expect(throws: PostgresError.self) {
            try await community.change(
                """
                INSERT INTO disbursement.standing_payment (community_id, instruction_id, month,
                    transfer_id, term_nr, amount, due_on, paid_at)
                VALUES (\(owner), \(id), '2026-01-01', gen_random_uuid(), 1, 1000, '2026-01-05',
                        now())
                """
            )
        }
        #expect(try await community.approveStanding(standing.id).status == 201)
        _ = try await paid(standing.id, 1, community)
        await #expect(throws: PostgresError.self) {
            try await community.change(
                """
                INSERT INTO disbursement.standing_payment
                SELECT * FROM disbursement.standing_payment
                 WHERE community_id = \(owner) AND instruction_id = \(id)
                """
            )
        }
        // The same transfer does not pay another month, nor one that was made to somebody else.
        let foreign = try await community.resident(with: "10.00")
        let grant = try await community.newestGrant(of: foreign).id.uuid
        for transfer in [nil, grant] {
            await #expect(throws: PostgresError.self) {
                try await community.change(
                    """
                    INSERT INTO disbursement.standing_payment
                    SELECT community_id, instruction_id, '2025-01-01',
                           coalesce(\(transfer), transfer_id), term_nr, amount, due_on, paid_at
                      FROM disbursement.standing_payment
                     WHERE community_id = \(owner) AND instruction_id = \(id)
                    """
                )
            }
        }
    }
}
