package import API
import Foundation

extension TestCommunity {
    /// A group with some people in it.
    package func targetGroup(_ members: [TestResident] = []) async throws -> TargetGroup {
        let group = try await administrator.call(
            .createTargetGroup,
            body: TargetGroupCreation(name: "Gezinnen")
        ).decode(TargetGroup.self)
        for member in members {
            _ = try await clerk.call(
                .addToTargetGroup,
                ["groupId": "\(group.id)"],
                body: TargetGroupEntry(personId: member.person)
            ).decode(TargetGroupMember.self)
        }
        return group
    }

    /// A discount of a programme with coins set aside for it.
    package func discount(
        _ creation: DiscountCreation,
        of programme: Programme,
        with value: String
    ) async throws -> Discount {
        var creation = creation
        creation.programmeId = programme.id
        let discount = try await clerk.call(.createDiscount, body: creation)
            .decode(Discount.self)
        _ = try await sponsor(discount.id, of: programme.id, value).decode(Sponsoring.self)
        return discount
    }

    /// The treasurer sets coins of a programme aside for a discount, or takes them back.
    package func sponsor(
        _ discount: Identifier,
        of programme: Identifier,
        _ value: String,
        _ direction: SponsoringDirection = .give
    ) async throws -> TestAnswer {
        try await treasurer.call(
            .sponsorDiscount,
            ["programmeId": "\(programme)"],
            body: SponsoringCreation(
                discountId: discount,
                amount: amount(value),
                direction: direction
            )
        )
    }

    /// A resident with one pot per programme, and that much in each.
    package func resident(with pots: [(Programme, String)]) async throws -> TestResident {
        let iban = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await enrolPerson("Inwoner", iban: iban)
        for (programme, value) in pots {
            try await credit([TestCredit("Inwoner", iban, value)], programme: programme)
        }
        return resident
    }
}

extension TestShop {
    /// A discount of the merchant itself.
    package func discount(_ creation: DiscountCreation) async throws -> Discount {
        try await owner.call(.createDiscount, body: creation).decode(Discount.self)
    }

    /// What the merchant has, as decimal text.
    package func available() async throws -> String {
        try await owner.call(.getMerchantBalance, ["merchantId": "\(merchant)"])
            .decode(MerchantBalance.self).available.value
    }

    /// The owner gives a payment back: all that is left without an amount.
    package func refund(_ payment: Payment, _ value: String? = nil) async throws -> TestAnswer {
        try await owner.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation(amount: value.map { Amount(value: $0, coin: TestCommunity.coin) })
        )
    }

    /// Somebody says what a payment should have been.
    package func correct(
        _ payment: Payment,
        to value: String,
        by client: TestClient
    ) async throws -> TestAnswer {
        try await client.call(
            .correctPayment,
            ["paymentId": "\(payment.id)"],
            body: PaymentCorrection(rightAmount: Amount(value: value, coin: TestCommunity.coin))
        )
    }
}

extension TestResident {
    /// What a payment would cost.
    package func quote(_ payment: Payment) async throws -> PaymentQuote {
        try await phone.call(.getPaymentQuote, ["paymentId": "\(payment.id)"])
            .decode(PaymentQuote.self)
    }

    /// What a payment was paid from.
    package func receipt(_ payment: Payment) async throws -> PaymentReceipt {
        try await phone.call(.getPaymentReceipt, ["paymentId": "\(payment.id)"])
            .decode(PaymentReceipt.self)
    }

    /// Pays from chosen pots or with a discount; another instance of the service may be asked.
    package func pay(
        _ payment: Payment,
        pots: [Identifier]? = nil,
        discount: Identifier,
        _ share: String,
        by phone: TestClient? = nil
    ) async throws -> TestAnswer {
        let share = Amount(value: share, coin: payment.amount.coin)
        return try await (phone ?? self.phone).call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: acceptance(of: payment) { claims in
                claims.pots = pots
                claims.discount = ApprovedDiscount(id: discount, amount: share)
            }
        )
    }

    /// Pays from these pots, in this order.
    package func pay(_ payment: Payment, from pots: [Identifier]) async throws -> TestAnswer {
        try await phone.call(
            .acceptPayment,
            ["paymentId": "\(payment.id)"],
            body: acceptance(of: payment) { $0.pots = pots }
        )
    }
}
