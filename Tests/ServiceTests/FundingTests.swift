import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Euros that arrived fund programmes, once.
@Suite struct FundingTests {
    @Test func `credits that name a programme fund it, and the others wait for a second person`()
        async throws
    {
        let community = try await TestCommunity.make()
        let own = try await community.programme(fundedThrough: 42, reference: "ENERGIE-2026")
        let given = try await community.programme(fundedThrough: 42)
        let reference = try #require(given.fundingAccount?.reference)
        let statement = try await community.importStatement(
            TestBankFile.credits(
                [
                    .init("500.00", "Toeslag energie-2026 maart"),
                    .init("70.25", "", structured: reference),
                    .init("30.00", "ENERGIE-2026 en \(reference)"),
                    .init("1.00", "huur", payer: "J. de Boer"),
                    .init("9.00", "ENERGIE-2026", isBooked: false),
                ],
                to: 42
            )
        ).decode(BankStatement.self)
        #expect(statement.creditCount == 4 && statement.fundedCount == 2)
        #expect(statement.openCount == 2 && statement.otherCount == 1)
        #expect(try await community.books() == ("570.25", "570.25"))
        #expect(try await funded(own, community) == "500.00")
        #expect(try await funded(given, community) == "70.25")

        let credits = try await community.credits(of: statement)
        #expect(credits.map(\.state) == [.funded, .funded, .unmatched, .unmatched])
        #expect(credits[3].payerName == "J. de Boer" && credits[0].payerName == nil)
        let alone = try await community.assign(
            credits[2].id,
            to: own.id,
            by: community.treasurer
        )
        #expect(alone.problemType == .secondPersonRequired)
        let second = try await community.secondTreasurer()
        let assigned = try await community.assign(credits[2].id, to: own.id, by: second)
            .decode(BankCredit.self)
        #expect(assigned.state == .funded && assigned.decidedBy == second.id)
        #expect(assigned.payerName == nil && assigned.remittance == nil)
        let dismissed = try await community.dismiss(credits[3].id, by: second)
            .decode(BankCredit.self)
        #expect(dismissed.state == .dismissed && dismissed.payerName == nil)
        let again = try await community.assign(credits[3].id, to: own.id, by: second)
        #expect(again.problemType == .bankCreditNotOpen)
        #expect(try await funded(own, community) == "530.00")
        #expect(try await community.books() == ("600.25", "600.25"))
    }

    @Test func `a credit counts once, whatever file tells of it`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 43, reference: "WINTER-26")
        let twice: [TestBankFile.Credit] = [
            .init("10.00", "WINTER-26", bankReference: "B1"),
            .init("10.00", "WINTER-26", bankReference: "B1"),
            .init("5.00", "WINTER-26", bankReference: nil),
        ]
        let file = TestBankFile.credits(twice, to: 43, as: "camt.054.001.08")
        let first = try await community.importStatement(file)
        #expect(first.status == 201)
        #expect(try await community.books() == ("25.00", "25.00"))
        let same = try await community.importStatement(file)
        #expect(same.status == 200 && same.headers["wijkmunt-duplicate"] == "true")

        // The day's statement tells the same again, and one of another day.
        let later = try await community.importStatement(
            TestBankFile.credits(
                twice + [.init("7.00", "WINTER-26", bankReference: "B2")],
                to: 43
            )
        ).decode(BankStatement.self)
        let states = try await community.credits(of: later).map(\.state)
        #expect(states == [.repeated, .repeated, .unclear, .funded])
        let another = try await community.importStatement(
            TestBankFile.credits(
                [.init("7.00", "WINTER-26", bankReference: "B2", day: "2026-12-02")],
                to: 43
            )
        ).decode(BankStatement.self)
        let unclear = try await community.credits(of: another)
        #expect(unclear.map(\.state) == [.unclear])
        #expect(try await community.books() == ("32.00", "32.00"))
        let second = try await community.secondTreasurer()
        let assigned = try await community.assign(unclear[0].id, to: programme.id, by: second)
        #expect(assigned.status == 201)
        #expect(try await community.books() == ("39.00", "39.00"))
    }

    /// Not all banks give a credit the same reference in their notification and their statement.
    @Test(arguments: [("N1", nil), (nil, "N1"), ("N1", "S1")] as [(String?, String?)])
    func `a credit with another reference of the bank waits for a person`(
        notified: String?,
        stated: String?
    ) async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 55, reference: "LENTE-26")
        func told(_ reference: String?, as kind: String, amount: String = "10.00") -> String {
            TestBankFile.credits(
                [.init(amount, "LENTE-26", bankReference: reference)],
                to: 55,
                as: kind
            )
        }
        let first = try await community.importStatement(told(notified, as: "camt.054.001.08"))
        #expect(first.status == 201)
        #expect(try await community.books() == ("10.00", "10.00"))
        let second = try await community.importStatement(told(stated, as: "camt.053.001.08"))
            .decode(BankStatement.self)
        let unclear = try await community.credits(of: second)
        #expect(unclear.map(\.state) == [.unclear])
        #expect(try await community.books() == ("10.00", "10.00"))
        let assigned = try await community.assign(
            unclear[0].id,
            to: programme.id,
            by: community.secondTreasurer()
        )
        #expect(assigned.status == 201)
        #expect(try await community.books() == ("20.00", "20.00"))
    }

    @Test func `a reference of many marks on one letter is cut where the ledger counts`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 56, reference: "HERFST-26")
        let reference = String(repeating: "e\u{301}", count: 100)
        let imported = try await community.importStatement(
            TestBankFile.credits(
                [.init("10.00", "HERFST-26", bankReference: reference)],
                to: 56
            )
        )
        #expect(imported.status == 201)
        #expect(try await funded(programme, community) == "10.00")
    }

    @Test func `many at once import the same credits once`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 44, reference: "ZOMER-26")
        let credits = (0..<40).map { number in
            TestBankFile.Credit("1.00", "ZOMER-26", bankReference: "N\(number)")
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let file = TestBankFile.credits(
                        number.isMultiple(of: 2) ? credits : credits.reversed(),
                        to: 44,
                        id: "RACE-\(number)"
                    )
                    let answer = try await community.importStatement(file)
                    #expect(answer.status == 201)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await community.books() == ("40.00", "40.00"))
        #expect(try await funded(programme, community) == "40.00")
    }

    @Test func `nobody makes coins by hand for a programme with an account`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 45)
        let booked = try await community.treasurer.call(
            .fundProgramme,
            ["programmeId": "\(programme.id)"],
            body: FundingCreation(amount: community.amount("1.00"), bankReference: "R-1")
        )
        #expect(booked.problemType == .fundedByStatement)
        #expect(try await community.books() == ("0.00", "0.00"))
    }

    @Test func `euros of another account fund nothing here`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 46, reference: "HIER-2026")
        let other = try await community.programme(fundedThrough: 47, reference: "DAAR-2026")
        let unknown = try await community.importStatement(
            TestBankFile.credits([.init("5.00", "HIER-2026")], to: 48)
        ).decode(BankStatement.self)
        #expect(unknown.creditCount == 0 && unknown.otherCount == 1)
        let statement = try await community.importStatement(
            TestBankFile.credits([.init("5.00", "HIER-2026")], to: 47)
        ).decode(BankStatement.self)
        let credit = try #require(try await community.credits(of: statement).first)
        #expect(credit.state == .unmatched)
        let second = try await community.secondTreasurer()
        let refused = try await community.assign(credit.id, to: programme.id, by: second)
        #expect(refused.problemType == .otherBankAccount)
        let nowhere = try await community.assign(
            credit.id,
            to: Identifier(UUID()),
            by: second
        )
        #expect(nowhere.problemType == .unknownProgramme)
        let assigned = try await community.assign(credit.id, to: other.id, by: second)
        #expect(assigned.status == 201)
        #expect(try await community.books() == ("5.00", "5.00"))
    }

    @Test func `what the bank takes back is listed and funds nothing`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 49, reference: "TERUG-26")
        let statement = try await community.importStatement(
            TestBankFile.credits(
                [
                    .init("8.00", "TERUG-26", bankReference: "T1"),
                    .init("8.00", "TERUG-26", bankReference: "T1", isReversal: true),
                ],
                to: 49
            )
        ).decode(BankStatement.self)
        let credits = try await community.credits(of: statement)
        #expect(credits.map(\.state) == [.funded, .takenBack])
        let second = try await community.secondTreasurer()
        let assigned = try await community.assign(credits[1].id, to: programme.id, by: second)
        #expect(assigned.problemType == .bankCreditNotOpen)
        #expect(try await community.dismiss(credits[1].id, by: second).status == 201)
        #expect(try await community.books() == ("8.00", "8.00"))
    }

    @Test func `a reference is one programme's`() async throws {
        let community = try await TestCommunity.make()
        _ = try await community.programme(fundedThrough: 50, reference: "EENMALIG-1")
        for (reference, problem) in [
            ("EENMALIG-1", ProblemType.fundingReferenceTaken), ("GEENCIJFER", .invalidRequest),
            ("RF00539007547034", .invalidRequest),
        ] {
            let answer = try await community.clerk.call(
                .createProgramme,
                body: ProgrammeCreation(
                    name: "Nog een",
                    coin: TestCommunity.coin,
                    fundingAccount: FundingAccount(
                        iban: TestIBAN.number(51),
                        reference: reference
                    )
                )
            )
            #expect(answer.problemType == problem)
        }
    }

    @Test(arguments: ["", "<a/>", "pain.002"])
    func `what is no statement is refused`(file: String) async throws {
        let community = try await TestCommunity.make()
        let text = file == "pain.002" ? TestBankFile.status(of: "X", as: "RJCT") : file
        #expect(try await community.importStatement(text).problemType == .bankAnswerUnreadable)
    }

    @Test func `the database takes no credit as spent that no programme got`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 52)
        let statement = try await community.importStatement(
            TestBankFile.credits([.init("8.00", "huur")], to: 52)
        ).decode(BankStatement.self)
        let credit = try #require(try await community.credits(of: statement).first)
        let service = try #require(try await OpenedDatabase.shared.services[.disbursement])
        do {
            _ = try await Tenant.community(community.id.uuid).perform {
                try await service.execute(
                    """
                    UPDATE disbursement.bank_credit
                       SET state = 'funded', programme_id = \(programme.id.uuid),
                           decided_by = gen_random_uuid(), decided_at = now(),
                           payer_name = NULL, remittance = NULL
                     WHERE id = \(credit.id.uuid)
                    """
                )
            }
            Issue.record("the database took it")
        } catch let error as PostgresError {
            #expect(error.violates("funded_credit_is_booked"), "\(error)")
        }
        #expect(try await community.books() == ("0.00", "0.00"))
    }

    private func funded(_ programme: Programme, _ community: TestCommunity) async throws -> String {
        try await community.treasurer.call(.getProgramme, ["programmeId": "\(programme.id)"])
            .decode(Programme.self).budget.funded.value
    }
}
