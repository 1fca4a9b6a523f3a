import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What programmes and shops add to payments, and who learns of it.
@Suite struct DiscountTests {
    private static func percentage(
        _ percent: Int,
        for group: TargetGroup? = nil,
        mostPerPeriod: Amount? = nil,
        usesPerPeriod: Int? = nil
    ) -> DiscountCreation {
        DiscountCreation(
            name: "Extra",
            coin: TestCommunity.coin,
            groupId: group?.id,
            kind: .percentage,
            percent: percent,
            period: .month,
            mostPerPeriod: mostPerPeriod,
            usesPerPeriod: usesPerPeriod
        )
    }

    @Test func `the payer pays less, the shop gets the price, the till sees nothing else`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let member = try await community.resident(with: "50.00")
        let other = try await community.resident(with: "50.00")
        let group = try await community.targetGroup([member])
        let programme = try await community.fundedProgramme()
        let discount = try await community.discount(
            Self.percentage(33, for: group),
            of: programme,
            with: "100.00"
        )
        let payment = try await shop.request("12.50")
        #expect(try await other.quote(payment).offers.isEmpty)
        let offer = try #require(try await member.quote(payment).offers.first)
        #expect(offer.amount.value == "4.12" && offer.toPay.value == "8.38")
        #expect(offer.discount.id == discount.id)
        // Nobody can use what is not for them, nor more than there is.
        let stolen = try await other.pay(payment, discount: discount.id, "4.12")
        #expect(stolen.problemType == .discountUnavailable)
        let greedy = try await member.pay(payment, discount: discount.id, "4.13")
        #expect(greedy.problemType == .discountUnavailable)

        let paid = try await member.pay(payment, discount: discount.id, "4.12")
            .decode(Payment.self)
        #expect(paid.reimbursedAmount?.value == "4.12")
        #expect(try await member.available() == "41.62")
        #expect(try await shop.available() == "12.50")
        let path = ["paymentId": "\(payment.id)"]
        let till = try await shop.till.call(.getPayment, path)
        #expect(try till.decode(Payment.self).reimbursedAmount == nil)
        let owner = try await shop.owner.call(.getPayment, path)
        #expect(try owner.decode(Payment.self).reimbursedAmount?.value == "4.12")
        for answer in [till, owner] {
            for secret in [discount.id, group.id, programme.id, member.person, member.wallet] {
                #expect(!answer.text.contains("\(secret)"))
            }
        }
        let budget = try await community.clerk.call(
            .getProgramme,
            ["programmeId": "\(programme.id)"]
        ).decode(Programme.self).budget
        #expect(budget.sponsored.value == "100.00" && budget.paid.value == "0.00")
        let left = try await community.clerk.call(.listDiscounts).decode(Page<Discount>.self)
        #expect(left.items.first?.available.value == "95.88")
        let books = try await community.books()
        #expect(books.circulation == books.reserve)

        // A refund gives the sponsor its share, and the member may use that again.
        _ = try await shop.refund(payment).decode(Refund.self)
        #expect(try await member.available() == "50.00")
        let back = try await community.clerk.call(.listDiscounts).decode(Page<Discount>.self)
        #expect(back.items.first?.available.value == "100.00")
        #expect(
            try await community.sponsor(discount.id, of: programme.id, "100.01", .takeBack)
                .problemType == .insufficientFunds
        )
        #expect(
            try await community.sponsor(discount.id, of: programme.id, "100.00", .takeBack)
                .status == 201
        )
    }

    @Test(arguments: [
        (DiscountKind.fixed, "3.00"), (DiscountKind.secondPrice, "7.50"),
        (DiscountKind.buyUp, "3.33"),
    ])
    func `every kind has its arithmetic`(kind: DiscountKind, share: String) async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        var creation = DiscountCreation(name: "Extra", coin: TestCommunity.coin, kind: kind)
        switch kind {
        case .fixed: creation.amount = community.amount("3.00")
        case .secondPrice:
            creation.fullPrice = community.amount("10.00")
            creation.secondPrice = community.amount("2.50")
        case .buyUp, .percentage: creation.percent = 50
        }
        let programme = try await community.fundedProgramme()
        _ = try await community.discount(creation, of: programme, with: "100.00")
        let offers = try await resident.quote(try await shop.request("10.00")).offers
        #expect(offers.map(\.amount.value) == [share])
        // What costs less than the fixed amount is free, and has no leg of the payer.
        let cheap = try await shop.request("2.00")
        let offer = try await resident.quote(cheap).offers.first
        switch kind {
        case .fixed:
            #expect(offer?.toPay.value == "0.00")
            let discount = try #require(offer?.discount.id)
            #expect(try await resident.pay(cheap, discount: discount, "2.00").status == 201)
            #expect(try await resident.available() == "50.00")
        case .secondPrice: #expect(offer == nil)
        case .buyUp, .percentage: #expect(offer?.amount.value == "0.66")
        }
        creation.percent = kind == .buyUp ? nil : 10
        creation.programmeId = programme.id
        let wrong = try await community.clerk.call(.createDiscount, body: creation)
        #expect(wrong.problemType == .discountInvalid)
    }

    @Test func `two phones at two instances get no more than one person may have`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "90.00")
        let programme = try await community.fundedProgramme()
        let discount = try await community.discount(
            Self.percentage(50, mostPerPeriod: community.amount("5.00")),
            of: programme,
            with: "100.00"
        )
        let second = try await SecondInstance.start(
            .merchant,
            of: community.stack,
            programs: TestStack.programs
        )
        var urls = resident.phone.urls
        let address: String = try #require(await second.url)
        urls[.merchant] = address
        let phones = [resident.phone, resident.phone.at(urls)]
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for index in 0..<8 {
                let phone = phones[index % 2]
                group.addTask {
                    let payment = try await shop.request("4.00")
                    return try await resident.pay(
                        payment,
                        discount: discount.id,
                        "2.00",
                        by: phone
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        await second.stop()
        #expect(answers.filter { $0.status == 201 }.count == 2)
        #expect(answers.filter { $0.problemType == .discountUnavailable }.count == 6)
        #expect(try await resident.available() == "86.00")
        let last = try #require(
            try await resident.quote(try await shop.request("4.00")).offers.first
        )
        #expect(last.amount.value == "1.00")
    }

    @Test func `many people at once get no more than was set aside`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        var people: [TestResident] = []
        for _ in 0..<4 { people.append(try await community.resident(with: "20.00")) }
        let programme = try await community.fundedProgramme()
        let discount = try await community.discount(
            Self.percentage(50, usesPerPeriod: 1),
            of: programme,
            with: "5.00"
        )
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for person in people {
                group.addTask {
                    try await person.pay(
                        try await shop.request("4.00"),
                        discount: discount.id,
                        "2.00"
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 2)
        let refused: Set<ProblemType?> = [.discountUnavailable, .discountExhausted]
        #expect(
            answers.filter { $0.status != 201 }.allSatisfy { refused.contains($0.problemType) }
        )
        #expect(try await shop.available() == "8.00")
        let left = try await community.clerk.call(.listDiscounts).decode(Page<Discount>.self)
        #expect(left.items.first?.available.value == "1.00")
    }

    @Test func `a shop pays for its own discount, by card too, and gets back what is left`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        #expect(try await resident.pay(try await shop.request("20.00")).status == 201)
        let discount = try await shop.discount(Self.percentage(10))
        func fund(_ value: String) async throws -> TestAnswer {
            try await shop.owner.call(
                .fundDiscount,
                ["discountId": "\(discount.id)"],
                body: DiscountFunding(amount: community.amount(value))
            )
        }
        #expect(try await fund("20.01").problemType == .insufficientFunds)
        #expect(try await fund("5.00").status == 201)
        let card = try await community.card(for: resident.person)
        let payment = try await shop.request("10.00")
        let taken = try await shop.take(card, for: payment)
        #expect(taken.status == 201, "\(taken.text)")
        #expect(!taken.text.contains("reimbursed"))
        #expect(try await resident.available() == "21.00")
        #expect(try await shop.available() == "25.00")
        let path = ["discountId": "\(discount.id)"]
        let why = DiscountEnding(reason: "klaar")
        #expect(
            try await community.clerk.call(.endDiscount, path, body: why).problemType == .notFound
        )
        #expect(try await shop.owner.call(.endDiscount, path, body: why).status == 201)
        #expect(try await shop.available() == "29.00")
        #expect(try await resident.quote(try await shop.request("1.00")).offers.isEmpty)
    }

    @Test func `whoever leaves a group, or is erased, has no discount and no membership`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let member = try await community.resident(with: "5.00")
        let group = try await community.targetGroup([member])
        let programme = try await community.fundedProgramme()
        _ = try await community.discount(
            Self.percentage(50, for: group),
            of: programme,
            with: "10.00"
        )
        let export = try await member.phone.call(.getPersonExport, ["personId": "\(member.person)"])
        #expect(export.text.contains("\(group.id)"))
        let payment = try await shop.request("5.00")
        #expect(try await member.quote(payment).offers.count == 1)
        let removal = try await community.clerk.call(
            .removeFromTargetGroup,
            ["groupId": "\(group.id)"],
            body: TargetGroupRemoval(personId: member.person)
        )
        #expect(removal.status == 201)
        #expect(try await member.quote(payment).offers.isEmpty)
        let again = try await community.clerk.call(
            .addToTargetGroup,
            ["groupId": "\(group.id)"],
            body: TargetGroupEntry(personId: member.person)
        )
        #expect(again.status == 201)
        #expect(try await member.pay(payment).status == 201)
        let erased = try await community.administrator.call(
            .erasePerson,
            ["personId": "\(member.person)"]
        )
        #expect(erased.status == 201, "\(erased.text)")
        let kept = try await community.stack.cluster.withOwner(
            database: LocalStack.databaseName
        ) { owner in
            try await owner.query(
                """
                SELECT count(*) FROM accounts.target_group_member
                 WHERE party_id = '\(rawSQL: member.person.description)'
                """
            ) { try $0.one().decode(Int64.self) }
        }
        #expect(kept == 0)
    }
}
