import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// What a till shows: fresh for a while, in several forms, and as an image.
@Suite struct TillCodeTests {
    @Test func `every look at a payment gives a challenge that can be answered`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("12.50")
        let path = ["paymentId": "\(payment.id)"]
        let seen = try await shop.till.call(.getPayment, path).decode(Payment.self)
        #expect(seen.paymentUri?.hasPrefix("wijkmunt:v1/pay?p=\(payment.id)&a=12.50&") == true)
        #expect(seen.emvPayload?.hasPrefix("000201010212") == true)
        #expect(try await resident.pay(seen).status == 201)
    }

    @Test func `a photograph of a till is worth nothing a little later`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        // The first instance keeps in memory when it was asked; this one reads it each time.
        let other = try await SecondInstance.start(
            .merchant,
            of: community.stack,
            programs: TestStack.programs
        )
        defer { Task { await other.stop() } }
        let there = await community.moved(resident, to: other)
        let recent = try await shop.request("1.00")
        try await community.backdate(recent, seconds: 30)
        #expect(try await there.pay(recent).status == 201)

        let photographed = try await shop.request("2.00")
        try await community.backdate(photographed, seconds: 121)
        #expect(try await there.pay(photographed).problemType == .challengeExpired)
        let fresh = try await shop.till.call(.getPayment, ["paymentId": "\(photographed.id)"])
            .decode(Payment.self)
        #expect(fresh.challenge != photographed.challenge)
        #expect(try await there.pay(fresh).status == 201)
        #expect(try await resident.available() == "47.00")
    }

    @Test func `the code of one payment answers no other`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let (mine, other) = (try await shop.request("1.00"), try await shop.request("1.00"))
        var swapped = mine
        swapped.challenge = other.challenge
        #expect(try await resident.pay(swapped).problemType == .approvalMismatch)
    }

    @Test func `codes come as images, to whom they belong`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let payment = try await shop.request("12.50")
        let path = ["paymentId": "\(payment.id)"]
        let png = try await shop.till.call(.getPaymentQrCodePng, path, query: "content=emv")
        #expect(png.status == 200 && png.headers["content-type"] == "image/png")
        #expect(Array(png.body.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        let svg = try await shop.till.call(.getPaymentQrCodeSvg, path)
        #expect(svg.headers["content-type"] == "image/svg+xml" && svg.text.hasPrefix("<svg "))
        #expect(try await other.till.call(.getPaymentQrCodePng, path).status == 404)
        let till = ["terminalId": "\(shop.terminal)"]
        #expect(try await shop.owner.call(.getTerminalQrCodePng, till).status == 200)
        #expect(try await shop.owner.call(.getTerminalQrCodeSvg, till).status == 200)
        #expect(try await other.owner.call(.getTerminalQrCodeSvg, till).status == 404)
    }
}

/// Amounts that EMVCo's form has no room for.
@Suite struct LargeAmountCodeTests {
    @Test(arguments: [("9999999999.99", true), ("10000000000.00", false)])
    func `a payment has EMVCo's form as far as its amount fits`(
        amount: String,
        fits: Bool
    ) async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let payment = try await shop.request(amount)
        #expect((payment.emvPayload != nil) == fits && payment.paymentUri != nil)
        let path = ["paymentId": "\(payment.id)"]
        for operation in [API.Operation.getPaymentQrCodePng, .getPaymentQrCodeSvg] {
            let image = try await shop.till.call(operation, path, query: "content=emv")
            #expect(image.status == (fits ? 200 : 404))
            #expect(fits || image.text.contains("EMVCo"))
            #expect(try await shop.till.call(operation, path).status == 200)
        }
    }
}

extension TestCommunity {
    /// The resident, whose phone speaks to another instance of the merchant service.
    func moved(
        _ resident: TestResident,
        to instance: ServiceProcess
    ) async -> TestResident {
        var urls = resident.phone.urls
        urls[.merchant] = await instance.url
        return TestResident(
            phone: resident.phone.at(urls),
            person: resident.person,
            wallet: resident.wallet
        )
    }

    /// Lets a payment have been asked for earlier, and with it what the till showed at first.
    func backdate(_ payment: Payment, seconds: Int) async throws {
        let (community, payment, seconds) = (id.uuid, payment.id.uuid, Int32(seconds))
        try await stack.cluster.withOwner(database: LocalStack.databaseName) { owner in
            _ = try await owner.execute(
                """
                UPDATE merchant.payment
                   SET requested_at = requested_at - make_interval(secs => \(seconds)::integer)
                 WHERE community_id = \(community) AND id = \(payment)
                """
            )
        }
    }
}
