import API
import Foundation
import TestSupport
import Testing

/// Release by a second person, cancelling, and what a bank file needs before it is one.
@Suite struct SettlementTests {
    @Test func `a settlement goes to the bank by two people`() async throws {
        let scene = try await SettlementScene.make(["15.00"])
        let settlement = try await scene.community.settle().decode(Settlement.self)
        let path = ["settlementId": "\(settlement.id)"]
        let treasurer = scene.community.treasurer
        #expect(settlement.state == .created && settlement.openCount == 1)
        #expect(
            try await treasurer.call(.getSettlementFile, path).problemType
                == .settlementNotReleased
        )
        let early = try await treasurer.call(
            .confirmSettlement,
            path,
            body: SettlementConfirmation(bankReference: "te vroeg")
        )
        #expect(early.problemType == .settlementNotReleased)
        let alone = try await treasurer.call(
            .releaseSettlement,
            path,
            body: SettlementRelease()
        )
        #expect(alone.problemType == .secondPersonRequired)
        let second = try await scene.community.secondTreasurer()
        let released = try await second.call(
            .releaseSettlement,
            path,
            body: SettlementRelease()
        ).decode(Settlement.self)
        #expect(released.state == .released && released.releasedAt != nil)
        #expect(try await treasurer.call(.getSettlementFile, path).status == 200)
        let again = try await second.call(.releaseSettlement, path, body: SettlementRelease())
        #expect(again.problemType == .settlementNotOpen)
    }

    @Test func `the redemptions of a cancelled settlement wait for another`() async throws {
        let scene = try await SettlementScene.make(["15.00"])
        let first = try await scene.community.settle().decode(Settlement.self)
        let cancelled = try await scene.community.treasurer.call(
            .cancelSettlement,
            ["settlementId": "\(first.id)"],
            body: SettlementCancellation(reason: "verkeerde datum")
        ).decode(Settlement.self)
        #expect(cancelled.state == .cancelled && cancelled.openCount == 0)
        #expect(try await scene.redemption(0).state == .requested)
        let (second, _) = try await scene.community.settleAndRelease()
        #expect(second.total.value == "15.00")
        let file = try await scene.community.treasurer.call(
            .getSettlementFile,
            ["settlementId": "\(first.id)"]
        )
        #expect(file.problemType == .settlementNotReleased)
        try await scene.requireBooksInBalance()
    }

    @Test func `what may be at the bank is cancelled by somebody else than who sent it`()
        async throws
    {
        let scene = try await SettlementScene.make(["15.00"])
        let (settlement, second) = try await scene.community.settleAndRelease()
        let path = ["settlementId": "\(settlement.id)"]
        let why = SettlementCancellation(reason: "afgekeurd door de bank")
        let own = try await second.call(.cancelSettlement, path, body: why)
        #expect(own.problemType == .secondPersonRequired)
        let cancelled = try await scene.community.treasurer.call(
            .cancelSettlement,
            path,
            body: why
        ).decode(Settlement.self)
        #expect(cancelled.state == .cancelled)
        let late = try await scene.community.importAnswer(
            TestBankFile.batchStatement(of: settlement.messageId, "15.00")
        ).decode(BankAnswer.self)
        #expect(late.attentionCount == 1 && late.settledCount == 0)
        try await scene.requireBooksInBalance()
    }
}

/// A shop with redemptions that wait.
struct SettlementScene {
    let community: TestCommunity
    let shop: TestShop
    let redemptions: [Redemption]
    let circulation: String

    static func make(_ amounts: [String]) async throws -> SettlementScene {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("40.00")).status == 201)
        let circulation = try await community.books().circulation
        var redemptions: [Redemption] = []
        for amount in amounts {
            redemptions.append(
                try await shop.owner.call(
                    .requestRedemption,
                    body: RedemptionRequest(
                        merchantId: shop.merchant,
                        amount: community.amount(amount)
                    )
                ).decode(Redemption.self)
            )
        }
        return SettlementScene(
            community: community,
            shop: shop,
            redemptions: redemptions,
            circulation: circulation
        )
    }

    /// A redemption as it is now.
    func redemption(_ index: Int) async throws -> Redemption {
        try await shop.owner.call(
            .getRedemption,
            ["redemptionId": "\(redemptions[index].id)"]
        ).decode(Redemption.self)
    }

    /// What the shop has available.
    func available() async throws -> String {
        try await shop.owner.call(.getMerchantBalance, ["merchantId": "\(shop.merchant)"])
            .decode(MerchantBalance.self).available.value
    }

    /// Circulation equals reserve; answers it.
    @discardableResult
    func requireBooksInBalance() async throws -> String {
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
        return books.circulation
    }
}
