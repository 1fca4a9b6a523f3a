import API
import TestSupport
import Testing

/// What becomes of grants and monthly payments when a person dies or moves away.
@Suite struct DepartureTests {
    private func decide(_ id: Identifier, _ confirm: Bool, by client: TestClient) async throws
        -> TestAnswer
    {
        try await client.call(
            .decideDeparture,
            ["departureId": "\(id)"],
            body: DepartureDecision(confirm: confirm)
        )
    }

    @Test func `a death that a second person confirms stops what is paid and recalls what is left`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (first, second) = (
            try await community.fundedProgramme(), try await community.fundedProgramme()
        )
        let resident = try await community.resident(with: [(first, "10.00"), (second, "20.00")])
        let keeping = try await community.clerk.call(
            .setGrantRules,
            ["programmeId": "\(second.id)"],
            body: GrantRulesSetting(recallWaitingDays: 42, reminderDays: [], onDeath: .keep)
        ).decode(GrantRules.self)
        #expect(keeping.onDeath == .keep && keeping.onMoveAway == .keep)
        let standing = try await community.standing(first.id, resident.person, "5.00", 1)
            .decode(StandingInstruction.self)
        #expect(try await community.approveStanding(standing.id).status == 201)
        let both = try await community.administrator.register(
            "Duizendpoot",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        let departure = try await both.call(
            .reportDeparture,
            ["personId": "\(resident.person)"],
            body: DepartureReport(kind: .died, departedOn: "2026-01-01")
        ).decode(Departure.self)
        #expect(departure.state == .reported)
        let again = try await community.reportDeparture(of: resident.person)
        #expect(again.problemType == .departureReported)
        #expect(try await decide(departure.id, true, by: both).problemType == .secondPersonRequired)
        let confirmed = try await decide(departure.id, true, by: community.approver)
            .decode(Departure.self)
        #expect(confirmed.state == .confirmed)
        #expect(confirmed.recalls == 1 && confirmed.stoppedStandingInstructions == 1)
        let late = try await decide(departure.id, false, by: community.approver)
        #expect(late.problemType == .departureDecided)
        let stopped = try await community.clerk.call(
            .getStandingInstruction,
            ["standingInstructionId": "\(standing.id)"]
        ).decode(StandingInstruction.self)
        #expect(stopped.state == .stopped && stopped.stoppedFromOn == "2026-01-01")
        let recalls = try await community.clerk.call(
            .listRecalls,
            query: "programmeId=\(first.id)"
        ).decode(Page<Recall>.self).items
        #expect(recalls.map(\.state) == [.announced])
        try await community.endWaiting(of: recalls[0].id)
        let done = try await community.recall(recalls[0].id, in: .done)
        #expect(done.taken?.value == "10.00")
        // What the other programme keeps for the heirs is there.
        #expect(try await resident.available() == "20.00")
    }

    @Test func `who moves away keeps what is left unless the programme says otherwise`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (kept, strict) = (
            try await community.fundedProgramme(), try await community.fundedProgramme()
        )
        let resident = try await community.resident(with: [(kept, "10.00"), (strict, "20.00")])
        let rules = try await community.clerk.call(
            .setGrantRules,
            ["programmeId": "\(strict.id)"],
            body: GrantRulesSetting(
                recallWaitingDays: 42,
                reminderDays: [],
                onMoveAway: .recall
            )
        )
        #expect(rules.status == 201)
        let ahead = try await community.reportDeparture(
            of: resident.person,
            .movedAway,
            on: "2090-01-01"
        )
        #expect(ahead.problemType == .invalidRequest)
        let departure = try await community.reportDeparture(of: resident.person, .movedAway)
            .decode(Departure.self)
        let dropped = try await decide(departure.id, false, by: community.approver)
            .decode(Departure.self)
        #expect(dropped.state == .dropped && dropped.recalls == 0)
        let real = try await community.reportDeparture(of: resident.person, .movedAway)
            .decode(Departure.self)
        let confirmed = try await decide(real.id, true, by: community.approver)
            .decode(Departure.self)
        #expect(confirmed.recalls == 1)
        let recalls = try await resident.phone.call(.listRecalls).decode(Page<Recall>.self).items
        #expect(recalls.map(\.programmeId) == [strict.id])
    }
}
