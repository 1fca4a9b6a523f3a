import API
import Foundation
import Postgres
import TestSupport
import Testing

/// What programmes pay, and when.
@Suite struct CreditRuleTests {
    private func submit(
        _ credits: [TestCredit],
        to programme: Programme,
        in community: TestCommunity
    ) async throws -> Batch {
        try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
    }

    /// The counts of a batch that was taken, when it is over.
    private func counts(of batch: Batch, in community: TestCommunity) async throws -> BatchCounts {
        try await community.approve(batch.id).counts
    }

    @Test func `no credit is above its limit, and no person above theirs in a period`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Mens", iban: number)
        let taken = try await submit(
            ["50.01", "45.00", "40.00", "16.00", "15.00"].map { TestCredit("Mens", number, $0) },
            to: programme,
            in: community
        )
        let answer = try await community.setCreditRules(
            CreditRulesCreation(
                mostPerCredit: community.amount("50.00"),
                mostPerPerson: community.amount("100.00"),
                personPeriod: .month
            ),
            of: programme.id
        )
        #expect(answer.status == 201)
        let first = try await counts(of: taken, in: community)
        // Too much at once; then 45, 40, not 16, but 15.
        #expect(first.credited == 3 && first.failed == 2)
        #expect(try await resident.balance() == "100.00, 0.00 held")
        let second = try await submit(
            [TestCredit("Mens", number, "0.01")],
            to: programme,
            in: community
        )
        #expect(second.state == .refused && second.counts.refused == 1)
        let told = try await community.commitments(of: programme.id)
        #expect(told.paid.value == "100.00" && told.available.value == "400.00")

        // Rules that are lifted are lifted for what comes.
        try await community.loosen(programme.id)
        let third = try await submit(
            [TestCredit("Mens", number, "60.00")],
            to: programme,
            in: community
        )
        #expect(try await counts(of: third, in: community).credited == 1)
    }

    @Test func `what waits for somebody counts before they come`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines)
        )
        let credits = ["20.00", "11.00"].map { TestCredit("Later", number, $0) }
        let taken = try await submit(credits, to: programme, in: community)
        _ = try await community.setCreditRules(
            CreditRulesCreation(
                mostPerPerson: community.amount("30.00"),
                personPeriod: .programme
            ),
            of: programme.id
        ).decode(CreditRules.self)
        let first = try await counts(of: taken, in: community)
        #expect(first.waiting == 1 && first.failed == 1)
        let second = try await submit(
            [TestCredit("Later", number, "10.01"), TestCredit("Later", number, "10.00")],
            to: programme,
            in: community
        )
        #expect(second.counts.acceptable == 1 && second.counts.refused == 1)
        #expect(try await counts(of: second, in: community).waiting == 1)
    }

    @Test func `two batches at once do not both see room`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Mens", iban: number)
        _ = try await community.setCreditRules(
            CreditRulesCreation(mostPerPerson: community.amount("50.00"), personPeriod: .year),
            of: programme.id
        ).decode(CreditRules.self)
        // Each amount another, or they would look like one that came before.
        let batches = try await (1...6).asyncMap { cents in
            try await submit(
                [TestCredit("Mens", number, "20.0\(cents)")],
                to: programme,
                in: community
            )
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for batch in batches {
                group.addTask { _ = try await counts(of: batch, in: community) }
            }
            try await group.waitForAll()
        }
        let told = try await community.commitments(of: programme.id)
        #expect(told.paid.value.hasPrefix("40."))
        #expect(try await resident.balance().hasPrefix("40."))
    }

    @Test func `outside its days a programme pays nothing`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        _ = try await community.enrolPerson("Mens", iban: number)
        for rules in [
            CreditRulesCreation(paysFrom: "2090-01-01"),
            CreditRulesCreation(paysUntil: "2020-12-31"),
        ] {
            let amount = rules.paysFrom == nil ? "4.00" : "5.00"
            let batch = try await submit(
                [TestCredit("Mens", number, amount)],
                to: programme,
                in: community
            )
            _ = try await community.setCreditRules(rules, of: programme.id).decode(CreditRules.self)
            let counts = try await counts(of: batch, in: community)
            #expect(counts.failed == 1 && counts.credited == 0)
            // Or the next file would be refused when it comes.
            try await community.loosen(programme.id)
        }
        let versions = try await community.treasurer.call(
            .listCreditRules,
            ["programmeId": "\(programme.id)"]
        ).decode(Page<CreditRules>.self).items
        #expect(versions.map(\.version) == [4, 3, 2, 1])
        #expect(versions.map(\.paysFrom) == [nil, nil, nil, "2090-01-01"])
    }

    @Test func `standing instructions go by the rules when they are made and when they are paid`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Mens", iban: number)
        try await community.credit([TestCredit("Mens", number, "40.00")], programme: programme)
        _ = try await community.setCreditRules(
            CreditRulesCreation(
                paysUntil: "2085-12-31",
                mostPerPerson: community.amount("50.00"),
                personPeriod: .programme
            ),
            of: programme.id
        ).decode(CreditRules.self)
        let wrong = try await community.standing(programme.id, resident.person, "50.01", 1)
        #expect(wrong.problemType == .outsideCreditRules)
        #expect(wrong.problem?.errors?.map(\.pointer) == ["/amount", "/untilOn"])
        let standing = try await community.standing(
            programme.id,
            resident.person,
            "20.00",
            1,
            until: "2085-12-31"
        ).decode(StandingInstruction.self)
        try await community.loosen(
            programme.id,
            to: CreditRulesCreation(mostPerCredit: community.amount("19.99"))
        )
        #expect(
            try await community.approveStanding(standing.id).problemType == .outsideCreditRules
        )
        try await community.loosen(
            programme.id,
            to: CreditRulesCreation(
                mostPerPerson: community.amount("50.00"),
                personPeriod: .programme
            )
        )
        // Once, on a day that has come.
        try await community.change(
            """
            UPDATE disbursement.standing_term
               SET from_on = d.day, until_on = d.day, day = extract(day FROM d.day)
              FROM (SELECT current_date - 5 AS day) AS d
             WHERE instruction_id = \(standing.id.uuid)
            """
        )
        #expect(try await community.approveStanding(standing.id).status == 201)
        _ = try await eventually("the payment waits for the rules") {
            let seen = try await community.clerk.call(
                .getStandingInstruction,
                ["standingInstructionId": "\(standing.id)"]
            ).decode(StandingInstruction.self)
            return seen.waitingReason == "above-person-limit" ? true : nil
        }
        #expect(try await resident.available() == "40.00")
        try await community.loosen(programme.id)
        _ = try await eventually("the rules are lifted") {
            try await resident.available() == "60.00" ? true : nil
        }
    }

    @Test func `rules that make no sense are refused`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme()
        for rules in [
            CreditRulesCreation(paysFrom: "2026-02-30"),
            CreditRulesCreation(paysFrom: "2026-03-02", paysUntil: "2026-03-01"),
            CreditRulesCreation(mostPerPerson: community.amount("1.00")),
            CreditRulesCreation(personPeriod: .month),
            CreditRulesCreation(mostPerCredit: Amount(value: "0.00", coin: TestCommunity.coin)),
        ] {
            let answer = try await community.setCreditRules(rules, of: programme.id)
            #expect(answer.status == 400, "\(rules)")
        }
        let other = CreditRulesCreation(mostPerCredit: Amount(value: "1.00", coin: "elders"))
        let answer = try await community.setCreditRules(other, of: programme.id)
        #expect(answer.problemType == .unknownCoin)
    }
}
