import API
import TestSupport
import Testing

/// A community in which coins moved in every way that the ledger knows.
struct MoneyTown: Sendable {
    let community: TestCommunity
    private let shop: TestShop
    private let resident: TestResident

    private static let making = Task { try await make() }

    static var shared: MoneyTown {
        get async throws { try await making.value }
    }

    private static func make() async throws -> MoneyTown {
        let community = try await TestCommunity.make()
        let town = MoneyTown(
            community: community,
            shop: try await community.openShop(),
            resident: try await community.resident(with: "60.00")
        )
        try await town.spend()
        try await town.give()
        try await town.handIn()
        try await town.keepForOthers()
        try await town.recallAndSubsidise()
        try await town.end()
        return town
    }

    /// A payment and its refund, a transfer and its correction.
    private func spend() async throws {
        let payment = try await shop.request("20.00")
        #expect(try await resident.pay(payment).status == 201)
        #expect(try await shop.refund(payment, "2.00").status == 201)
        let friend = try await community.enrolPerson("Vriend")
        let transfer = try await resident.give("1.00", to: friend).decode(Transfer.self)
        _ = try await community.administrator.call(
            .createCorrection,
            body: CorrectionCreation(
                transferId: transfer.id,
                amount: community.amount("0.50"),
                reason: "te veel"
            )
        ).decode(Correction.self)
    }

    /// Discounts, one of a programme and one of the shop itself.
    private func give() async throws {
        var creation = DiscountCreation(
            name: "Korting",
            coin: TestCommunity.coin,
            kind: .percentage,
            percent: 10
        )
        let own = try await shop.discount(creation)
        let funding = try await shop.owner.call(
            .fundDiscount,
            ["discountId": "\(own.id)"],
            body: DiscountFunding(amount: community.amount("1.00"))
        )
        #expect(funding.status == 201)
        let programme = try await community.fundedProgramme("10.00")
        creation.name = "Extra"
        _ = try await community.discount(creation, of: programme, with: "1.00")
    }

    /// A redemption that the bank pays and returns, and a payout.
    private func handIn() async throws {
        let redemption = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        let programme = try await community.fundedProgramme("10.00")
        let payout = try await community.proposePayout("4.00", of: programme.id)
            .decode(Payout.self)
        let second = try await community.secondTreasurer()
        #expect(try await community.approve(payout: payout.id, by: second).status == 201)
        _ = try await community.settleAndRelease()
        for (nr, isReturned) in [(1, false), (2, true)] {
            let movement = TestBankFile.Movement(
                redemption.endToEndId,
                redemption.euro.value,
                isCredit: isReturned,
                reason: isReturned ? "AC04" : nil
            )
            let file = TestBankFile.statement([movement], id: "STATEMENT-\(nr)")
            _ = try await community.importAnswer(file).decode(BankAnswer.self)
        }
    }

    /// Credits for two who have not enrolled, of whom one comes in time.
    private func keepForOthers() async throws {
        let programme = try await community.fundedProgramme("100.00", waitingDays: 1)
        let numbers = [TestIBAN.number(650), TestIBAN.number(651)]
        let credits = numbers.map { TestCredit("Later", $0, "5.00") }
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(try await community.approve(batch.id).counts.waiting == 2)
        let punctual = try await community.enrolPerson("Later", iban: numbers[0])
        _ = try await eventually("the credit lands") {
            try await punctual.available() == "5.00" ? true : nil
        }
        try await community.age(batch, days: 3)
        _ = try await eventually("the other returns") {
            try await community.batch(batch.id).counts.returned == 1 ? true : nil
        }
    }

    private func recallAndSubsidise() async throws {
        let grant = try await community.newestGrant(of: resident)
        let recall = try await community.recall(grant.id, "verhuisd", atMost: "3.00")
            .decode(Recall.self)
        try await community.endWaiting(of: recall.id)
        _ = try await community.recall(recall.id, in: .done)
        let programme = try await community.fundedProgramme("100.00")
        let standing = try await community.clerk.call(
            .createStandingInstruction,
            ["programmeId": "\(programme.id)"],
            body: StandingInstructionCreation(
                merchantId: shop.merchant,
                purpose: .subsidy,
                amount: community.amount("6.00"),
                day: community.days.dayOfMonth,
                fromOn: community.days.day(),
                untilOn: community.days.day()
            )
        ).decode(StandingInstruction.self)
        #expect(try await community.approveStanding(standing.id).status == 201)
        _ = try await eventually("the subsidy is paid") {
            try await community.standingPayments(standing.id).isEmpty ? nil : true
        }
    }

    /// Credits that end, and credits that lose value, which is paid out.
    private func end() async throws {
        let number = TestIBAN.number(652)
        let loser = try await community.enrolPerson("Verliezer", iban: number)
        let ending = try await community.programme(lasting: 5)
        try await community.credit([TestCredit("Verliezer", number, "7.00")], programme: ending)
        try await community.agePots(of: loser, days: 6)
        _ = try await eventually("the credit ends") {
            try await community.commitments(of: ending.id).expired.value == "7.00" ? true : nil
        }
        let losing = try await community.fundedProgramme("100.00")
        _ = try await community.administrator.call(
            .addDepreciationPolicy,
            ["coinCode": TestCommunity.coin],
            body: DepreciationPolicyCreation(
                method: .exponential,
                period: .month,
                partsPerMillion: 100_000,
                startsOn: "2020-01-01",
                programmeId: losing.id
            )
        ).decode(DepreciationPolicy.self)
        try await community.credit([TestCredit("Verliezer", number, "8.00")], programme: losing)
        try await community.loseValue(periods: 1)
        let payout = try await community.proposePayout(from: .depreciation, of: losing.id)
            .decode(Payout.self)
        #expect(payout.amount.value == "0.80")
        let second = try await community.secondTreasurer()
        #expect(try await community.approve(payout: payout.id, by: second).status == 201)
    }
}
