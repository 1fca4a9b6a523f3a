import API
import Foundation
import TestSupport
import Testing

/// Acting for somebody else: as far as the mandate reaches and as long as it lasts.
@Suite struct MandateTests {
    @Test func `a guardian pays for the ward, and the record shows both`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let counter = try await community.administrator.register(
            "Balie",
            [.counterEmployee],
            of: community.institution
        )
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            by: counter
        )
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        let claims = try Self.claims(of: await acting.phone.accessToken())
        #expect(claims["sub"] as? String == "\(ward.person)")
        #expect((claims["act"] as? [String: Any])?["sub"] as? String == "\(guardian.person)")
        #expect((claims["mandate"] as? [String: Any])?["id"] as? String == "\(mandate.id)")

        let shop = try await community.openShop()
        let asked = try await shop.request("12.50")
        let paid = try await acting.pay(asked).decode(Payment.self)
        #expect(paid.state == .accepted)
        #expect(paid.mandateId == mandate.id)
        let transfer = try await acting.give("5.00", to: guardian)
            .decode(Transfer.self)
        #expect(transfer.mandateId == mandate.id)
        #expect(try await ward.available() == "282.50")
        // The ward sees who did it; the shop and the receiver do not.
        let read = try await ward.phone.call(.getPayment, ["paymentId": "\(paid.id)"])
        #expect(try read.decode(Payment.self).mandateId == mandate.id)
        let seen = try await shop.owner.call(.getPayment, ["paymentId": "\(paid.id)"])
        #expect(try seen.decode(Payment.self).mandateId == nil)
        let received = try await guardian.phone.call(
            .getTransfer,
            ["transferId": "\(transfer.id)"]
        )
        #expect(try received.decode(Transfer.self).mandateId == nil)

        let uses = try await ward.phone.call(.listMandateUses).decode(Page<MandateUse>.self).items
        #expect(uses.map(\.operation) == ["createTransfer", "acceptPayment"])
        #expect(uses.map(\.actId) == [transfer.id, paid.id])
        #expect(uses.map(\.amount.value) == ["5.00", "12.50"])
        for use in uses {
            #expect(use.clientId == guardian.phone.id)
            #expect(use.agentId == guardian.person)
            #expect(use.principalId == ward.person)
        }
        // The ledger has the device that acted and the party on whose behalf.
        for act in [transfer.id, paid.id] {
            let recorded = try await community.ledgerRecord(of: act)
            #expect(recorded.client == guardian.phone.id)
            #expect(recorded.party == ward.person)
        }
    }

    @Test func `no token outlives its mandate, and none is issued after`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            seconds: 30
        )
        let acting = guardian.phone.acting(under: mandate.id)
        let issued = try await acting.requestToken(assertion: acting.assertion())
            .decode(AccessToken.self)
        #expect(issued.expiresIn <= 30)
        for door in Self.doors {
            _ = try await eventually("\(door.id) refuses") {
                let answer = try await acting.bare(door, token: issued.accessToken)
                return answer.status == 401 ? answer : nil
            }
        }
        let late = try await acting.requestToken(assertion: acting.assertion())
        #expect(late.problemType == .invalidMandate)
        let listed = try await ward.phone.call(.listMandates).decode(Page<Mandate>.self).items
        #expect(listed.map(\.state) == [.ended])
    }

    @Test func `one act moves no more than its limit, and the refusal stands`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            perAct: "10.00"
        )
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        let refused = try await acting.give("10.01", to: guardian, key: "k-1")
        #expect(refused.problemType == .outsideMandate)
        let again = try await acting.give("10.01", to: guardian, key: "k-1")
        #expect(again.text == refused.text)
        let shop = try await community.openShop()
        let dear = try await shop.request("10.01")
        #expect(try await acting.pay(dear).problemType == .outsideMandate)
        #expect(try await acting.pay(shop.request("10.00")).status == 201)
        #expect(try await acting.give("10.00", to: guardian).status == 201)
        #expect(try await ward.available() == "280.00")
    }

    @Test func `twenty acts at once in two services stay within the day's limit`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            perDay: "75.00"
        )
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        let shop = try await community.openShop()
        var payments: [Payment] = []
        for _ in 0..<10 { payments.append(try await shop.request("10.00")) }
        let answers = try await withThrowingTaskGroup(of: TestAnswer.self) { group in
            for payment in payments {
                group.addTask { try await acting.pay(payment) }
                group.addTask {
                    try await acting.give("10.00", to: guardian)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 20)
        #expect(answers.filter { $0.status == 201 }.count == 7)
        #expect(answers.filter { $0.problemType == .outsideMandate }.count == 13)
        #expect(try await ward.available() == "230.00")
        // What is left for today can still be used, and the ward's own acts do not count.
        #expect(try await acting.give("5.00", to: guardian).status == 201)
        #expect(try await acting.give("0.01", to: guardian).status == 422)
        #expect(try await ward.give("20.00", to: guardian).status == 201)
    }

    @Test func `a revoked mandate is refused by every service within seconds`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(.guardian, over: ward.person, to: guardian.person)
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        let token = try await acting.phone.accessToken()
        for door in Self.doors {
            let answer = try await acting.phone.bare(door, token: token)
            #expect([200, 403].contains(answer.status), "\(door.id)")
        }
        let revoked = try await community.revoke(mandate.id, by: community.administrator)
        #expect(try revoked.decode(Mandate.self).state == .revoked)
        // Money stands still at once, whatever a service has heard.
        let late = try await acting.give("1.00", to: guardian)
        #expect(late.problemType == .unauthorized)
        for door in Self.doors {
            _ = try await eventually("\(door.id) refuses") {
                let answer = try await acting.phone.bare(door, token: token)
                return answer.status == 401 ? answer : nil
            }
        }
        let next = try await acting.phone.requestToken(assertion: acting.phone.assertion())
        #expect(next.problemType == .invalidMandate)
        // The guardian's own wallet is none of it.
        #expect(try await guardian.phone.call(.listWallets).status == 200)
        #expect(try await ward.available() == "300.00")
    }

    @Test func `the database refuses a mandate that ended, whatever the token says`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(.guardian, over: ward.person, to: guardian.person)
        func refusal(_ client: Identifier, _ scope: Scope) async throws -> String? {
            try await community.refusal(of: mandate, client: client, scope: scope)
        }
        #expect(try await refusal(guardian.phone.id, .transfersCreate) == nil)
        #expect(try await refusal(guardian.phone.id, .paymentsRefund) == "mandate-ended")
        #expect(try await refusal(ward.phone.id, .transfersCreate) == "mandate-ended")
        _ = try await community.revoke(mandate.id, by: community.administrator)
        #expect(try await refusal(guardian.phone.id, .transfersCreate) == "mandate-ended")
    }

    @Test func `a mandate is its agent's alone, and no wider than it says`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(
            .guardian,
            over: ward.person,
            to: guardian.person,
            scopes: [.walletRead]
        )
        let stranger = try await community.enrolPerson("Vreemde")
        let shop = try await community.openShop()
        for other in [stranger.phone, ward.phone, shop.till, community.administrator] {
            let client = other.acting(under: mandate.id)
            let answer = try await client.requestToken(assertion: client.assertion())
            #expect(answer.problemType == .invalidMandate)
        }
        let acting = ward.with(guardian.phone.acting(under: mandate.id))
        #expect(try await acting.available() == "300.00")
        let transfer = try await acting.give("1.00", to: guardian)
        #expect(transfer.problemType == .insufficientScope)
        let wider = try await acting.phone.requestToken(
            assertion: acting.phone.assertion(),
            scope: "transfers:create"
        )
        #expect(wider.problemType == .invalidScope)
        let own = try await acting.phone.call(.getWallet, ["walletId": "\(guardian.wallet)"])
        #expect(own.problemType == .notFound)
    }

    @Test func `whoever is revoked as a party has no agents left`() async throws {
        let (community, ward, guardian) = try await Self.household()
        let mandate = try await community.give(.guardian, over: ward.person, to: guardian.person)
        _ = try await community.administrator.call(
            .revokeParty,
            ["partyId": "\(ward.person)"],
            body: ClientRevocation(reason: "verhuisd")
        ).decode(PartyRevocation.self)
        let acting = guardian.phone.acting(under: mandate.id)
        let answer = try await acting.requestToken(assertion: acting.assertion())
        #expect(answer.problemType == .invalidMandate)
    }

    /// One operation of each service.
    private static let doors: [API.Operation] = [
        .listWallets, .listCoins, .listShops, .listProgrammes,
    ]

    /// A ward with 300 coins and somebody to look after them.
    private static func household() async throws -> (TestCommunity, TestResident, TestResident) {
        let community = try await TestCommunity.make()
        let ward = try await community.resident(with: "300.00")
        return (community, ward, try await community.enrolPerson("Bewindvoerder"))
    }

    private static func claims(of token: String) throws -> [String: Any] {
        let part = try #require(token.split(separator: ".").dropFirst().first)
        let text = String(part).replacing("-", with: "+").replacing("_", with: "/")
        let full = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        let data = try #require(Data(base64Encoded: full))
        return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
}
