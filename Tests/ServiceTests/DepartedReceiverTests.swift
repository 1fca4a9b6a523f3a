import API
import Foundation
import Postgres
import TestSupport
import Testing

/// Whoever died or moved away is paid nothing new.
@Suite struct DepartedReceiverTests {
    private func standing(_ id: Identifier, _ community: TestCommunity) async throws
        -> StandingInstruction
    {
        try await community.clerk.call(
            .getStandingInstruction,
            ["standingInstructionId": "\(id)"]
        ).decode(StandingInstruction.self)
    }

    @Test func `nothing monthly is proposed or approved for whoever departed`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Vertrokken")
        let proposed = try await community.standing(programme.id, resident.person, "5.00", 1)
            .decode(StandingInstruction.self)
        let reported = try await community.reportDeparture(of: resident.person)
            .decode(Departure.self)
        // What only one person has said changes nothing.
        let meanwhile = try await community.standing(programme.id, resident.person, "6.00", 1)
            .decode(StandingInstruction.self)
        let confirmed = try await community.approver.call(
            .decideDeparture,
            ["departureId": "\(reported.id)"],
            body: DepartureDecision(confirm: true)
        ).decode(Departure.self)
        #expect(confirmed.stoppedStandingInstructions == 2)
        let late = try await community.standing(programme.id, resident.person, "7.00", 1)
        #expect(late.status == 409 && late.problemType == .receiverGone)
        for id in [proposed.id, meanwhile.id] {
            #expect(try await standing(id, community).stoppedFromOn == "2026-01-01")
            let approval = try await community.approveStanding(id)
            #expect(approval.problemType == .standingInstructionState)
        }
        let listed = try await community.clerk.call(
            .listStandingInstructions,
            query: "personId=\(resident.person)"
        ).decode(Page<StandingInstruction>.self).items
        #expect(Set(listed.map(\.id)) == [proposed.id, meanwhile.id])
        // Others are paid as before.
        let other = try await community.registerPerson("Gebleven")
        #expect(try await community.standing(programme.id, other.id, "7.00", 1).status == 201)
    }

    @Test func `what is proposed while the departure is confirmed is refused or stopped`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        for round in 0..<5 {
            let person = try await community.registerPerson("Vertrokken \(round)")
            let reported = try await community.reportDeparture(of: person.id)
                .decode(Departure.self)
            async let decision = community.approver.call(
                .decideDeparture,
                ["departureId": "\(reported.id)"],
                body: DepartureDecision(confirm: true)
            )
            async let proposal = community.standing(programme.id, person.id, "1.00", 1)
            let (decided, answer) = try await (decision, proposal)
            #expect(decided.status == 201)
            guard answer.status == 201 else {
                #expect(answer.problemType == .receiverGone)
                continue
            }
            let made = try answer.decode(StandingInstruction.self)
            #expect(try await standing(made.id, community).state == .stopped)
        }
    }

    @Test func `the database refuses to pay whoever departed`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let resident = try await community.enrolPerson("Vertrokken")
        let stopped = try await community.standing(programme.id, resident.person, "5.00", 1)
            .decode(StandingInstruction.self)
        let departure = try await community.reportDeparture(of: resident.person)
            .decode(Departure.self)
        let (owner, id, fresh) = (community.id.uuid, stopped.id.uuid, UUID())
        let (decider, reported) = (community.approver.id.uuid, departure.id.uuid)
        func refused(_ statement: SQL, because message: String) async throws {
            let error = await #expect(throws: PostgresError.self) {
                try await community.change(statement)
            }
            guard case .server(let report) = error else {
                Issue.record("it is the server that refuses")
                return
            }
            #expect(report.sqlState == "23000" && report.message.hasSuffix(message))
        }
        try await refused(
            """
            UPDATE disbursement.departure
               SET state = 'confirmed', decided_by = \(decider), decided_at = clock_timestamp()
             WHERE community_id = \(owner) AND id = \(reported)
            """,
            because: "after which the person is still paid"
        )
        _ = try await community.approver.call(
            .decideDeparture,
            ["departureId": "\(departure.id)"],
            body: DepartureDecision(confirm: true)
        ).decode(Departure.self)
        try await refused(
            """
            UPDATE disbursement.standing_instruction
               SET stopped_from = NULL, stop_reason = NULL, stopped_by = NULL
             WHERE community_id = \(owner) AND id = \(id)
            """,
            because: "a receiver who is gone"
        )
        try await refused(
            """
            INSERT INTO disbursement.standing_instruction (
                community_id, id, programme_id, party_id, purpose, on_closed_day, created_by,
                created_at)
            SELECT community_id, \(fresh), programme_id, party_id, purpose, on_closed_day,
                   created_by, created_at
              FROM disbursement.standing_instruction
             WHERE community_id = \(owner) AND id = \(id)
            """,
            because: "a receiver who is gone"
        )
        try await refused(
            """
            INSERT INTO disbursement.standing_payment (
                community_id, instruction_id, month, transfer_id, term_nr, amount, due_on, paid_at)
            VALUES (\(owner), \(id), '2026-01-01', \(fresh), 1, 500, '2026-01-01',
                    clock_timestamp())
            """,
            because: "a payment of what was stopped"
        )
    }

    @Test func `no letter goes to whoever departed`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme()
        let (gone, here) = (TestIBAN.number(850), TestIBAN.number(851))
        let person = try await community.registerPerson("Vertrokken", iban: gone)
        let file = TestPaymentFile.xml([
            TestCredit("Vertrokken", gone, "1.00"), TestCredit("Gebleven", here, "2.00"),
        ])
        let submitted = try await community.submit(file, to: programme.id).decode(Batch.self)
        let waiting = try await community.approve(submitted.id)
        #expect(waiting.counts.waiting == 2)
        #expect(try await community.depart(person.id, .movedAway).state == .confirmed)
        func letters(_ query: String = "") async throws -> TestAnswer {
            try await community.administrator.call(
                .createLetterTexts,
                ["batchId": "\(waiting.id)"],
                query: query
            )
        }
        let text = try await letters().text
        #expect(text.contains("Aan: Gebleven") && !text.contains("Aan: Vertrokken"))
        #expect(try await letters("line=1").problemType == .noLettersDue)
    }
}
