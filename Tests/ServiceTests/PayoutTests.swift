import API
import Foundation
import TestSupport
import Testing

/// Euros out of what a coin has kept, and out of what a programme has left.
@Suite struct PayoutTests {
    private func kept(of community: TestCommunity) async throws -> KeptCoins {
        try await community.treasurer.call(.getKeptCoins, ["coinCode": TestCommunity.coin])
            .decode(KeptCoins.self)
    }

    private func cents(_ value: String) throws -> Int {
        try #require(Int(value.replacing(".", with: "")))
    }

    private func payout(_ id: Identifier, of community: TestCommunity) async throws -> Payout {
        try await community.treasurer.call(.getPayout, ["payoutId": "\(id)"]).decode(Payout.self)
    }

    @Test func `what a coin has kept leaves by two people and a settlement`() async throws {
        let scene = try await SettlementScene.make([])
        let (community, shop) = (scene.community, scene.shop)
        _ = try await community.administrator.call(
            .setRedemptionPolicy,
            ["coinCode": TestCommunity.coin],
            body: RedemptionPolicySetting(
                feeFixed: community.amount("0.10"),
                feeBasisPoints: 50,
                communityBasisPoints: 133
            )
        ).decode(RedemptionPolicy.self)
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        var left = try await kept(of: community)
        #expect(left.fees.value == "0.30" && left.communityShare.value == "0.53")

        let fees = try await community.proposePayout(from: .fees).decode(Payout.self)
        let share = try await community.proposePayout("0.50", from: .communityShare)
            .decode(Payout.self)
        #expect(fees.amount.value == "0.30" && fees.state == .proposed && fees.endToEndId == nil)
        let alone = try await community.approve(payout: fees.id, by: community.treasurer)
        #expect(alone.problemType == .secondPersonRequired)
        let second = try await community.secondTreasurer()
        let mistyped = try await community.approve(payout: fees.id, to: 44, by: second)
        #expect(mistyped.problemType == .ibanMismatch)
        let approved = try await community.approve(payout: fees.id, by: second)
            .decode(Payout.self)
        #expect(approved.state == .approved)
        #expect(try await community.approve(payout: share.id, by: second).status == 201)
        let again = try await community.approve(payout: fees.id, by: second)
        #expect(again.problemType == .payoutNotOpen)
        left = try await kept(of: community)
        #expect(left.fees.value == "0.00" && left.communityShare.value == "0.03")

        let (settlement, _) = try await community.settleAndRelease()
        #expect(settlement.count == 3 && settlement.total.value == "39.97")
        #expect(try await payout(fees.id, of: community).state == .inSettlement)
        let file = try await community.treasurer.call(
            .getSettlementFile,
            ["settlementId": "\(settlement.id)"]
        )
        #expect(file.text.contains("Gemeente Oosterhof"))
        let reference = try #require(approved.endToEndId)
        let answer = try await community.importAnswer(
            TestBankFile.statement([
                .init(redemption.endToEndId, "39.17"), .init(reference, "0.30"),
            ])
        ).decode(BankAnswer.self)
        #expect(answer.settledCount == 2)
        let paid = try await payout(fees.id, of: community)
        #expect(paid.state == .settled && paid.settledAt != nil)
        #expect(try await payout(share.id, of: community).state == .inSettlement)
        // 39.17 and 0.30 have left.
        let after = try await scene.requireBooksInBalance()
        #expect(try cents(scene.circulation) - cents(after) == 3947)
        // A payout is no redemption of a shop.
        let redemptions = try await community.treasurer.call(.listRedemptions)
            .decode(Page<Redemption>.self).items
        #expect(redemptions.map(\.id) == [redemption.id])
    }

    @Test func `what the bank returns is budget of its programme again`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        _ = try await community.credit(
            [TestCredit("Niemand", TestIBAN.number(77), "30.00")],
            programme: programme
        )
        let books = try await community.books().circulation
        let greedy = try await community.proposePayout("70.01", of: programme.id)
        #expect(greedy.problemType == .insufficientFunds)
        let proposed = try await community.proposePayout(of: programme.id).decode(Payout.self)
        #expect(proposed.amount.value == "70.00" && proposed.programmeId == programme.id)
        let second = try await community.secondTreasurer()
        let approved = try await community.approve(payout: proposed.id, by: second)
            .decode(Payout.self)
        var budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "0.00" && budget.withdrawn.value == "70.00")
        #expect(budget.paid.value == "0.00" && budget.reserved.value == "30.00")
        var told = try await community.commitments(of: programme.id)
        #expect(told.withdrawn.value == "70.00" && told.addsUp)

        _ = try await community.settleAndRelease()
        let reference = try #require(approved.endToEndId)
        for (nr, isCredit) in [(1, false), (2, true)] {
            _ = try await community.importAnswer(
                TestBankFile.statement(
                    [
                        .init(
                            reference,
                            "70.00",
                            isCredit: isCredit,
                            reason: isCredit ? "AC04" : nil
                        )
                    ],
                    id: "STATEMENT-\(nr)"
                )
            ).decode(BankAnswer.self)
        }
        let returned = try await payout(proposed.id, of: community)
        #expect(returned.state == .returned && returned.returnReason == "AC04")
        budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "70.00" && budget.withdrawn.value == "0.00")
        told = try await community.commitments(of: programme.id)
        #expect(told.withdrawn.value == "0.00" && told.addsUp)
        #expect(try await community.books().circulation == books)
    }

    @Test func `what depreciation took leaves as fees do, and comes back to its sink`() async throws
    {
        let community = try await TestCommunity.make()
        let resident = try await community.resident(with: "100.00")
        let coin = ["coinCode": TestCommunity.coin]
        _ = try await community.administrator.call(
            .addDepreciationPolicy,
            coin,
            body: DepreciationPolicyCreation(
                method: .exponential,
                period: .month,
                partsPerMillion: 100_000,
                startsOn: "2020-01-01"
            )
        ).decode(DepreciationPolicy.self)
        let none = try await community.proposePayout(from: .depreciation)
        #expect(none.problemType == .nothingToRedeem)
        try await community.loseValue(periods: 2)
        #expect(try await resident.available() == "81.00")
        #expect(try await kept(of: community).depreciation.value == "19.00")
        let foreign = try await community.proposePayout(
            from: .depreciation,
            of: Identifier(UUID())
        )
        #expect(foreign.problemType == .nothingToRedeem)

        let proposed = try await community.proposePayout("18.00", from: .depreciation)
            .decode(Payout.self)
        let second = try await community.secondTreasurer()
        let approved = try await community.approve(payout: proposed.id, by: second)
            .decode(Payout.self)
        #expect(try await kept(of: community).depreciation.value == "1.00")
        _ = try await community.settleAndRelease()
        let reference = try #require(approved.endToEndId)
        _ = try await community.importAnswer(
            TestBankFile.statement([.init(reference, "18.00")], id: "STATEMENT-1")
        ).decode(BankAnswer.self)
        let books = try await community.books()
        let refused = TestBankFile.statement(
            [.init(reference, "18.00", isCredit: true, reason: "AC04")],
            id: "STATEMENT-2"
        )
        _ = try await community.importAnswer(refused).decode(BankAnswer.self)
        #expect(try await payout(proposed.id, of: community).state == .returned)
        #expect(try await kept(of: community).depreciation.value == "19.00")
        let after = try await community.books()
        #expect(try cents(after.circulation) - cents(books.circulation) == 1800)
        #expect(after.circulation == after.reserve)
    }

    @Test func `people who approve at once pay out once, and never more than there is`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let payouts = try await ["60.00", "60.00"].asyncMap {
            try await community.proposePayout($0, of: programme.id).decode(Payout.self).id
        }
        var approvers: [TestClient] = []
        for _ in 0..<3 { approvers.append(try await community.secondTreasurer()) }
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for approver in approvers {
                for payout in payouts {
                    group.addTask { try await community.approve(payout: payout, by: approver) }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(
            answers.filter { $0.status != 201 }.allSatisfy {
                [.payoutNotOpen, .insufficientFunds].contains($0.problemType)
            }
        )
        let budget = try await community.budget(of: programme.id)
        #expect(budget.available.value == "40.00" && budget.withdrawn.value == "60.00")
    }

    @Test func `what is rejected moves nothing, and stays rejected`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let proposed = try await community.proposePayout("1.00", of: programme.id)
            .decode(Payout.self)
        func decide(_ decision: PayoutDecision) async throws -> TestAnswer {
            try await community.treasurer.call(
                .decidePayout,
                ["payoutId": "\(proposed.id)"],
                body: decision
            )
        }
        for decision in [
            PayoutDecision(approved: true), PayoutDecision(approved: false),
            PayoutDecision(approved: true, creditorIban: "NL00ABNA0417164300"),
        ] {
            #expect(try await decide(decision).problemType == .invalidRequest)
        }
        let rejected = try await decide(PayoutDecision(approved: false, reason: "toch niet"))
            .decode(Payout.self)
        #expect(rejected.state == .rejected && rejected.rejectionReason == "toch niet")
        let second = try await community.secondTreasurer()
        let late = try await community.approve(payout: proposed.id, by: second)
        #expect(late.problemType == .payoutNotOpen)
        #expect(try await community.budget(of: programme.id).available.value == "100.00")
        let nothing = try await community.settle()
        #expect(nothing.problemType == .nothingToSettle)
        let listed = try await community.treasurer.call(.listPayouts).decode(Page<Payout>.self)
        #expect(listed.items.map(\.state) == [.rejected])
    }

    @Test func `a payout needs a source with something in it, and an account`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let foreign = try await TestCommunity.make().fundedProgramme("100.00")
        func refusal(_ answer: TestAnswer) -> ProblemType? { answer.problemType }
        #expect(
            refusal(try await community.proposePayout(from: .fees)) == .nothingToRedeem
        )
        for id in [foreign.id, Identifier(UUID())] {
            #expect(refusal(try await community.proposePayout(of: id)) == .unknownProgramme)
        }
        for (source, id) in [
            (PayoutSource.fees, programme.id), (.communityShare, programme.id), (.programme, nil),
        ] {
            #expect(
                refusal(try await community.proposePayout(from: source, of: id))
                    == .invalidRequest
            )
        }
        let unknown = try await community.approve(
            payout: Identifier(UUID()),
            by: community.treasurer
        )
        #expect(unknown.problemType == .notFound)
        let bank = try await community.treasurer.call(
            .proposePayout,
            body: PayoutCreation(
                coin: TestCommunity.coin,
                source: .programme,
                programmeId: programme.id,
                creditorName: "Gemeente",
                creditorIban: "NL91ABNA0417164301",
                reason: "klaar"
            )
        )
        #expect(bank.problemType == .invalidRequest)
    }
}
