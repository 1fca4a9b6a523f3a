import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

@Suite struct ProgrammeChangeTests {
    @Test func `a bank account changes by two people, one of whom types it again`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 50, reference: "BB-2026")
        let account = FundingAccount(iban: TestIBAN.number(51))
        let proposed = try await community.proposeChange(of: programme.id, account: account)
            .decode(ProgrammeChange.self)
        #expect(proposed.state == .proposed)
        #expect(proposed.fundingAccount?.reference == "BB-2026")
        #expect(try await community.programme(programme.id) == programme)
        for typed in [nil, TestIBAN.number(50)] {
            let answer = try await community.approve(change: proposed.id, typing: typed)
            #expect(answer.problemType == .ibanMismatch)
        }
        let approved = try await community.approve(
            change: proposed.id,
            typing: account.iban,
            by: community.treasurer
        ).decode(ProgrammeChange.self)
        #expect(approved.state == .approved)
        let changed = try await community.programme(programme.id)
        #expect(changed.fundingAccount?.iban == account.iban)
        let again = try await community.approve(change: proposed.id, typing: account.iban)
        #expect(again.problemType == .programmeChangeNotOpen)
        let listed = try await community.treasurer.call(
            .listProgrammeChanges,
            query: "programmeId=\(programme.id)"
        ).decode(Page<ProgrammeChange>.self)
        #expect(listed.items == [approved])
    }

    @Test func `late euros on the account before wait for a treasurer to assign them`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 52, reference: "LAAT-1")
        let other = try await community.programme(fundedThrough: 53)
        let iban = TestIBAN.number(53)
        let change = try await community.proposeChange(
            of: programme.id,
            account: FundingAccount(iban: iban, reference: "NIEUW-1")
        ).decode(ProgrammeChange.self)
        _ = try await community.approve(change: change.id, typing: iban)
            .decode(ProgrammeChange.self)

        let late = try await community.importStatement(
            TestBankFile.credits([.init("7.00", "LAAT-1")], to: 52)
        ).decode(BankStatement.self)
        let credit = try #require(try await community.credits(of: late).first)
        #expect(credit.state == .unmatched)
        let second = try await community.secondTreasurer()
        let wrong = try await community.assign(credit.id, to: other.id, by: second)
        #expect(wrong.problemType == .otherBankAccount)
        let assigned = try await community.assign(credit.id, to: programme.id, by: second)
            .decode(BankCredit.self)
        #expect(assigned.state == .funded)
        let timely = try await community.importStatement(
            TestBankFile.credits([.init("5.00", "NIEUW-1"), .init("3.00", "LAAT-1")], to: 53)
        ).decode(BankStatement.self)
        #expect(timely.fundedCount == 1 && timely.openCount == 1)
        #expect(try await community.budget(of: programme.id).funded.value == "12.00")
    }

    @Test func `a reference that a programme had is given to no other`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.programme(fundedThrough: 54, reference: "OUD-2026")
        let iban = TestIBAN.number(54)
        let change = try await community.proposeChange(
            of: programme.id,
            account: FundingAccount(iban: iban, reference: "OUD-2027")
        ).decode(ProgrammeChange.self)
        _ = try await community.approve(change: change.id, typing: iban)
            .decode(ProgrammeChange.self)
        for taken in ["OUD-2026", "OUD-2027"] {
            let account = FundingAccount(iban: iban, reference: taken)
            let made = try await community.clerk.call(
                .createProgramme,
                body: ProgrammeCreation(
                    name: "Anders",
                    coin: TestCommunity.coin,
                    fundingAccount: account
                )
            )
            #expect(made.problemType == .fundingReferenceTaken)
            let other = try await community.fundedProgramme("1.00")
            let changed = try await community.proposeChange(of: other.id, account: account)
            #expect(changed.problemType == .fundingReferenceTaken)
        }
        let back = try await community.proposeChange(
            of: programme.id,
            account: FundingAccount(iban: iban, reference: "OUD-2026")
        )
        #expect(back.status == 201)
    }

    @Test func `two proposals that want one reference are not both approved`() async throws {
        let community = try await TestCommunity.make()
        let iban = TestIBAN.number(55)
        var changes: [ProgrammeChange] = []
        for _ in 1...2 {
            let programme = try await community.fundedProgramme("1.00")
            changes.append(
                try await community.proposeChange(
                    of: programme.id,
                    account: FundingAccount(iban: iban, reference: "EEN-2026")
                ).decode(ProgrammeChange.self)
            )
        }
        _ = try await community.approve(change: changes[0].id, typing: iban)
            .decode(ProgrammeChange.self)
        let late = try await community.approve(change: changes[1].id, typing: iban)
        #expect(late.problemType == .fundingReferenceTaken)
        let byHand = try await community.treasurer.call(
            .fundProgramme,
            ["programmeId": "\(changes[0].programmeId)"],
            body: FundingCreation(amount: community.amount("1.00"), bankReference: "MET-DE-HAND")
        )
        #expect(byHand.problemType == .fundedByStatement)
    }

    @Test func `coins wait for no fewer days than before`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        let fewer = try await community.proposeChange(
            of: programme.id,
            waitingDays: programme.waitingDays - 1
        )
        #expect(fewer.problemType == .lessThanPromised)
        let change = try await community.proposeChange(
            of: programme.id,
            name: "Anders genoemd",
            waitingDays: programme.waitingDays + 20,
            creditsLastDays: 90
        ).decode(ProgrammeChange.self)
        let another = try await community.proposeChange(of: programme.id, name: "Nog anders")
        #expect(another.problemType == .programmeChangeOpen)
        _ = try await community.approve(change: change.id).decode(ProgrammeChange.self)
        let changed = try await community.programme(programme.id)
        #expect(changed.name == "Anders genoemd" && changed.creditsLastDays == 90)
        #expect(changed.waitingDays == programme.waitingDays + 20)
    }

    @Test func `what is rejected or says nothing changes nothing`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("1.00")
        #expect(
            try await community.proposeChange(of: programme.id).problemType == .invalidRequest
        )
        let bad = FundingAccount(iban: "NL00BNGH0285173946")
        #expect(
            try await community.proposeChange(of: programme.id, account: bad).problemType
                == .invalidRequest
        )
        let unknown = try await community.proposeChange(of: Identifier(UUID()), name: "Niets")
        #expect(unknown.problemType == .notFound)
        let change = try await community.proposeChange(of: programme.id, name: "Toch niet")
            .decode(ProgrammeChange.self)
        func reject(_ reason: String?) async throws -> TestAnswer {
            try await community.approver.call(
                .decideProgrammeChange,
                ["programmeChangeId": "\(change.id)"],
                body: ProgrammeChangeDecision(approved: false, reason: reason)
            )
        }
        #expect(try await reject(nil).problemType == .invalidRequest)
        let rejected = try await reject("de naam is goed").decode(ProgrammeChange.self)
        #expect(rejected.state == .rejected && rejected.rejectionReason == "de naam is goed")
        #expect(
            try await community.approve(change: change.id).problemType == .programmeChangeNotOpen
        )
        #expect(try await community.programme(programme.id).name == programme.name)
    }

    @Test func `the database alone changes a programme, and by a second person`() async throws {
        let community = try await TestCommunity.make()
        let both = try await community.administrator.register(
            "Doet alles",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        let programme = try await community.fundedProgramme("1.00")
        let change = try await community.proposeChange(
            of: programme.id,
            name: "Van een",
            by: both
        ).decode(ProgrammeChange.self)
        let own = try await community.approve(change: change.id, by: both)
        #expect(own.problemType == .secondPersonRequired)
        let opened = try await OpenedDatabase.shared
        let service = try #require(opened.services[.disbursement])
        let attempts: [SQL] = [
            """
            UPDATE disbursement.programme SET funding_iban = 'NL91ABNA0417164300'
             WHERE id = \(programme.id.uuid)
            """,
            "UPDATE disbursement.programme SET name = 'Van een' WHERE id = \(programme.id.uuid)",
            """
            UPDATE disbursement.programme_change SET state = 'approved'
             WHERE id = \(change.id.uuid)
            """,
        ]
        for statement in attempts {
            do {
                let count = try await Tenant.community(community.id.uuid).perform {
                    try await service.execute(statement)
                }
                Issue.record("the database took \(count) rows")
            } catch let error as PostgresError {
                #expect(error.sqlState == "42501", "\(error)")
            }
        }
        do {
            _ = try await opened.owner.execute(
                """
                UPDATE disbursement.programme_change
                   SET state = 'approved', decided_by = proposed_by, decided_at = now()
                 WHERE id = \(change.id.uuid)
                """
            )
            Issue.record("one person changed a programme")
        } catch let error as PostgresError {
            #expect(error.sqlState == "23514", "\(error)")
        }
        #expect(try await community.programme(programme.id).name == programme.name)
    }
}
