import API
import Foundation
import TestSupport
import Testing

/// What changes between the moment a till asks and the moment somebody pays.
@Suite struct BadLuckTests {
    @Test func `what a cashier asked before the shift ended is paid, and the next one goes on`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let person = try await community.enrolPerson("Kassamedewerker")
        func shift() async throws -> Mandate {
            try await community.give(
                .cashier,
                over: shop.merchant,
                to: person.person,
                by: shop.owner
            )
        }
        let early = try await shift()
        let cashier = person.phone.acting(under: early.id)
        func ask(_ seconds: Int?) async throws -> Payment {
            try await cashier.call(
                .requestPayment,
                body: PaymentRequest(
                    amount: community.amount("5.00"),
                    terminalId: shop.terminal,
                    holdSeconds: seconds
                )
            ).decode(Payment.self)
        }
        let (sale, order) = (try await ask(nil), try await ask(3600))
        #expect(try await community.revoke(early.id, by: shop.owner).status == 201)
        let refused = try await eventually("the shift has ended") {
            let answer = try await shop.capture(order, by: cashier)
            return answer.status == 401 ? answer : nil
        }
        #expect(refused.problemType == .unauthorized)
        #expect(try await resident.pay(sale).status == 201)
        #expect(try await resident.pay(order).status == 201)
        let late = person.phone.acting(under: try await shift().id)
        #expect(try await shop.capture(order, "3.00", by: late).status == 201)
        #expect(try await shop.void(order, by: late).status == 201)
        #expect(try await resident.balance() == "42.00, 0.00 held")
    }

    @Test func `what a till asked before it was revoked is withdrawn, what was paid stands`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let resident = try await community.resident(with: "50.00")
        let paid = try await shop.request("2.00")
        #expect(try await resident.pay(paid).status == 201)
        let held = try await shop.reserve("3.00", of: resident)
        let (sale, order) = (
            try await shop.request("5.00"), try await shop.request("6.00", holdFor: 60)
        )
        let elsewhere = try await other.request("1.00")
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(shop.till.id)"],
            body: ClientRevocation(reason: "gestolen")
        )
        #expect(revoked.status == 201)
        for payment in [sale, order] {
            #expect(try await resident.pay(payment).problemType == .paymentWithdrawn)
            let seen = try await shop.owner.call(.getPayment, ["paymentId": "\(payment.id)"])
                .decode(Payment.self)
            #expect(seen.state == .refused)
        }
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(sale.id)"],
            body: RefundCreation()
        )
        #expect(refund.problemType == .paymentNotAccepted)
        #expect(try await resident.pay(elsewhere).status == 201)
        #expect(try await shop.capture(held, by: shop.owner).status == 201)
        #expect(try await resident.balance() == "44.00, 0.00 held")
    }

    @Test func `an approval that races the revocation of its till has one outcome`() async throws {
        let community = try await TestCommunity.make()
        let resident = try await community.resident(with: "50.00")
        for _ in 0..<4 {
            let shop = try await community.openShop()
            let payment = try await shop.request("1.00")
            let before = try await resident.available()
            async let paying = resident.pay(payment)
            async let revoking = community.administrator.call(
                .revokeClient,
                ["clientId": "\(shop.till.id)"],
                body: ClientRevocation(reason: "gestolen")
            )
            let (answer, revocation) = try await (paying, revoking)
            #expect(revocation.status == 201)
            #expect(answer.status == 201 || answer.problemType == .paymentWithdrawn)
            let seen = try await shop.owner.call(.getPayment, ["paymentId": "\(payment.id)"])
                .decode(Payment.self)
            #expect(seen.state == (answer.status == 201 ? .accepted : .refused))
            #expect((try await resident.available() == before) == (answer.status != 201))
        }
    }

    @Test func `a merchant that is put out of business meanwhile is paid by nobody`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let held = try await shop.reserve("3.00", of: resident)
        let (sale, order) = (
            try await shop.request("5.00"), try await shop.request("6.00", holdFor: 60)
        )
        let ended = try await community.administrator.call(
            .revokeParty,
            ["partyId": "\(shop.merchant)"],
            body: ClientRevocation(reason: "gesloten")
        )
        #expect(ended.status == 201)
        for payment in [sale, order] {
            #expect(try await resident.pay(payment).problemType == .paymentWithdrawn)
        }
        // Nobody is left who could take it, so it comes back.
        try await community.endTerm(of: held)
        _ = try await eventually("the coins are back") {
            try await resident.balance() == "50.00, 0.00 held" ? true : nil
        }
    }

    @Test func `the area that counts is the one at the moment of the approval`() async throws {
        let community = try await TestCommunity.make(rules: [.shopInGeofence])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let held = try await shop.reserve("4.00", of: resident)
        let (sale, order) = (
            try await shop.request("5.00"), try await shop.request("6.00", holdFor: 60)
        )
        // The same neighbourhood, two kilometres to the east.
        let moved = Neighbourhood.polygon([
            [
                [5.135, 52.085], [5.150, 52.085], [5.150, 52.094], [5.135, 52.094],
                [5.135, 52.085],
            ]
        ])
        _ = try await community.administrator.call(
            .importGeofence,
            body: GeofenceImport(name: "wijk", geoJson: moved)
        ).decode(Geofence.self)
        for payment in [sale, order] {
            let answer = try await resident.pay(payment, at: nil)
            #expect(answer.problemType == .localityRefused)
            let verdict = answer.problem?.verdict
            #expect(verdict?.geofenceVersion == 2)
            #expect(verdict?.rules.first?.reason == "shop-outside-geofence")
        }
        // What was approved inside stays approved.
        #expect(try await shop.capture(held).status == 201)
    }

    @Test(arguments: [-120, 120])
    func `a phone whose clock is two minutes off is told so, and pays when it is right`(
        seconds: Int
    ) async throws {
        let community = try await TestCommunity.make(rules: [.borderless])
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("5.00")
        let token = try await resident.phone.accessToken()
        // An answer brings the nonce that the proof needs.
        _ = try await resident.phone.call(.listWallets)
        let url = resident.phone.base(of: .getPayment) + "/v1/payments/\(payment.id)"
        let proof = try resident.phone.proof(method: "GET", url: url, token: token) {
            $0.iat = Int(Date().timeIntervalSince1970) + seconds
        }
        let answer = try await RawHTTP.send(
            method: "GET",
            url: url,
            headers: ["Authorization": "DPoP \(token)", "DPoP": proof]
        )
        #expect(answer.status == 401)
        #expect(answer.problem?.detail.contains(seconds > 0 ? "ahead" : "behind") == true)
        #expect(answer.headers["date"] != nil)
        #expect(try await resident.pay(payment, at: nil).status == 201)
    }
}
