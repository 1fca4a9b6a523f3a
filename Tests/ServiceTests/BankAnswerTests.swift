import API
import Foundation
import TestSupport
import Testing

/// What the bank says settles or returns each payment, once.
@Suite struct BankAnswerTests {
    @Test func `a statement settles some payments, and a status refuses another`() async throws {
        let scene = try await SettlementScene.make(["10.00", "5.00", "2.00"])
        let (settlement, _) = try await scene.community.settleAndRelease()
        let references = scene.redemptions.map(\.endToEndId)
        #expect(try await scene.available() == "23.00")

        let refused = try await scene.community.importAnswer(
            TestBankFile.status(of: settlement.messageId, lines: [(references[1], "RJCT")])
        ).decode(BankAnswer.self)
        #expect(refused.returnedCount == 1 && refused.attentionCount == 0)
        let returned = try await scene.redemption(1)
        #expect(returned.state == .returned && returned.returnReason == "AC04")
        #expect(try await scene.available() == "28.00")
        #expect(try await scene.requireBooksInBalance() == scene.circulation)

        let statement = TestBankFile.statement([
            .init(references[0], "10.00"), .init("HUUR-2026-12", "850.00"),
            .init(references[2], "2.50"),
        ])
        let paid = try await scene.community.importAnswer(statement).decode(BankAnswer.self)
        #expect(paid.lineCount == 3 && paid.settledCount == 1 && paid.attentionCount == 2)
        #expect(try await outcomes(of: paid, scene) == [.settled, .unknown, .amountDiffers])
        try await scene.requireBooksInBalance()

        let last = try await scene.community.importAnswer(
            TestBankFile.statement([.init(references[2], "2.00")], id: "STATEMENT-2")
        ).decode(BankAnswer.self)
        #expect(last.settledCount == 1)
        let done = try await scene.community.treasurer.call(
            .getSettlement,
            ["settlementId": "\(settlement.id)"]
        ).decode(Settlement.self)
        #expect(done.state == .settled && done.settledCount == 2 && done.returnedCount == 1)
        #expect(done.openCount == 0)
        try await scene.requireBooksInBalance()
    }

    @Test func `the same file twice changes nothing`() async throws {
        let scene = try await SettlementScene.make(["10.00"])
        _ = try await scene.community.settleAndRelease()
        let file = TestBankFile.statement([.init(scene.redemptions[0].endToEndId, "10.00")])
        let first = try await scene.community.importAnswer(file)
        #expect(first.status == 201)
        let books = try await scene.requireBooksInBalance()
        let second = try await scene.community.importAnswer(file)
        #expect(second.status == 200 && second.headers["wijkmunt-duplicate"] == "true")
        #expect(
            try second.decode(BankAnswer.self).id == first.decode(BankAnswer.self).id
        )
        // Told again in another file, it is known.
        let other = try await scene.community.importAnswer(
            TestBankFile.statement([.init(scene.redemptions[0].endToEndId, "10.00")], id: "X")
        ).decode(BankAnswer.self)
        #expect(try await outcomes(of: other, scene) == [.repeated])
        #expect(try await scene.requireBooksInBalance() == books)
    }

    @Test func `a payment that comes back gives the merchant its coins and the fee`()
        async throws
    {
        let scene = try await SettlementScene.make([])
        _ = try await scene.community.administrator.call(
            .setRedemptionPolicy,
            ["coinCode": TestCommunity.coin],
            body: RedemptionPolicySetting(
                feeFixed: scene.community.amount("0.10"),
                feeBasisPoints: 50,
                communityBasisPoints: 133
            )
        ).decode(RedemptionPolicy.self)
        let redemption = try await scene.shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: scene.shop.merchant)
        ).decode(Redemption.self)
        // 0.10 + 0.5 % of 40.00, and 1.33 % of it, rounded down.
        #expect(redemption.fee.value == "0.30" && redemption.communityShare.value == "0.53")
        #expect(redemption.euro.value == "39.17")
        _ = try await scene.community.settleAndRelease()
        let paid = try await scene.community.importAnswer(
            TestBankFile.statement([.init(redemption.endToEndId, "39.17")])
        ).decode(BankAnswer.self)
        #expect(paid.settledCount == 1)
        let after = try await scene.requireBooksInBalance()
        #expect(after != scene.circulation)

        let back = try await scene.community.importAnswer(
            TestBankFile.statement(
                [.init(redemption.endToEndId, "39.17", isCredit: true, reason: "AC04")],
                id: "STATEMENT-2"
            )
        ).decode(BankAnswer.self)
        #expect(back.returnedCount == 1)
        #expect(try await scene.available() == "40.00")
        #expect(try await scene.requireBooksInBalance() == scene.circulation)
    }

    @Test func `a file that the bank refuses as a whole is cancelled`() async throws {
        let scene = try await SettlementScene.make(["10.00", "5.00"])
        let (settlement, _) = try await scene.community.settleAndRelease()
        let answer = try await scene.community.importAnswer(
            TestBankFile.status(of: settlement.messageId, as: "RJCT")
        ).decode(BankAnswer.self)
        #expect(try await outcomes(of: answer, scene) == [.cancelled])
        #expect(try await scene.redemption(0).state == .requested)
        let (next, _) = try await scene.community.settleAndRelease()
        #expect(next.count == 2 && next.total.value == "15.00")
        let paid = try await scene.community.importAnswer(
            TestBankFile.batchStatement(of: next.messageId, "15.00")
        ).decode(BankAnswer.self)
        #expect(paid.settledCount == 1)
        #expect(try await scene.redemption(1).state == .settled)
        try await scene.requireBooksInBalance()
    }

    @Test(arguments: [true, false])
    func `of a refused file only the payments that it lists are returned`(
        inOneFile: Bool
    ) async throws {
        let scene = try await SettlementScene.make(["10.00", "5.00", "2.00"])
        let (settlement, _) = try await scene.community.settleAndRelease()
        let line = (scene.redemptions[1].endToEndId, "RJCT")
        if !inOneFile {
            let partly = try await scene.community.importAnswer(
                TestBankFile.status(of: settlement.messageId, lines: [line], id: "STATUS-0")
            ).decode(BankAnswer.self)
            #expect(partly.returnedCount == 1)
        }
        let answer = try await scene.community.importAnswer(
            TestBankFile.status(
                of: settlement.messageId,
                as: "RJCT",
                lines: inOneFile ? [line] : []
            )
        ).decode(BankAnswer.self)
        #expect(
            try await Set(outcomes(of: answer, scene))
                == (inOneFile ? [.cancelled, .returned] : [.cancelled])
        )
        #expect(try await scene.redemption(1).state == .returned)
        #expect(try await scene.available() == "28.00")
        for waiting in [0, 2] {
            #expect(try await scene.redemption(waiting).state == .requested)
        }
        let (next, _) = try await scene.community.settleAndRelease()
        #expect(next.count == 2 && next.total.value == "12.00")
        try await scene.requireBooksInBalance()
    }

    @Test func `a file of which something was paid cannot be refused as a whole`() async throws {
        let scene = try await SettlementScene.make(["10.00", "5.00"])
        let (settlement, _) = try await scene.community.settleAndRelease()
        let paid = TestBankFile.statement([.init(scene.redemptions[0].endToEndId, "10.00")])
        _ = try await scene.community.importAnswer(paid).decode(BankAnswer.self)
        let answer = try await scene.community.importAnswer(
            TestBankFile.status(of: settlement.messageId, as: "RJCT")
        ).decode(BankAnswer.self)
        #expect(try await outcomes(of: answer, scene) == [.contradicts])
        #expect(try await scene.redemption(1).state == .inSettlement)
        try await scene.requireBooksInBalance()
    }

    @Test func `what came back may be told before what left`() async throws {
        let scene = try await SettlementScene.make(["10.00", "5.00"])
        _ = try await scene.community.settleAndRelease()
        let references = scene.redemptions.map(\.endToEndId)
        let answer = try await scene.community.importAnswer(
            TestBankFile.statement([
                .init(references[0], "10.00", isCredit: true, reason: "AC04"),
                .init(references[0], "10.00"), .init(references[1], "5.00"),
            ])
        ).decode(BankAnswer.self)
        #expect(try await outcomes(of: answer, scene) == [.returned, .settled, .settled])
        #expect(try await scene.available() == "35.00")
        try await scene.requireBooksInBalance()
    }

    @Test func `one booking of a whole file counts what came back before it was told`()
        async throws
    {
        let scene = try await SettlementScene.make(["10.00", "5.00"])
        let (settlement, _) = try await scene.community.settleAndRelease()
        let back = TestBankFile.Movement(
            scene.redemptions[0].endToEndId,
            "10.00",
            isCredit: true,
            reason: "AC04"
        )
        let first = try await scene.community.importAnswer(TestBankFile.statement([back]))
            .decode(BankAnswer.self)
        #expect(try await outcomes(of: first, scene) == [.returned])
        let whole = try await scene.community.importAnswer(
            TestBankFile.batchStatement(of: settlement.messageId, "15.00")
        ).decode(BankAnswer.self)
        #expect(try await outcomes(of: whole, scene) == [.settled])
        #expect(try await scene.redemption(1).state == .settled)
        #expect(try await scene.available() == "35.00")
        try await scene.requireBooksInBalance()
    }

    @Test func `what is no answer of a bank is refused, and says why`() async throws {
        let community = try await TestCommunity.make()
        for file in ["<a/>", "", "<!DOCTYPE a><a/>", TestPaymentFile.xml([])] {
            let answer = try await community.importAnswer(file)
            #expect(answer.problemType == .bankAnswerUnreadable)
        }
        let empty = try await community.treasurer.call(.listBankAnswers)
            .decode(Page<BankAnswer>.self)
        #expect(empty.items.isEmpty)
    }

    private func outcomes(
        of answer: BankAnswer,
        _ scene: SettlementScene
    ) async throws -> [BankAnswerOutcome] {
        try await scene.community.treasurer.call(
            .listBankAnswerLines,
            ["bankAnswerId": "\(answer.id)"]
        ).decode(Page<BankAnswerLine>.self).items.map(\.outcome)
    }
}
