import API
import Foundation
import LocalStack
import Postgres
import TestSupport
import Testing

/// Cards of people without a phone, over HTTP, from the print run to the next holder.
@Suite(.timeLimit(.minutes(15))) struct CardTests {
    /// Somebody with coins, and a card; the phone only looks into the wallet.
    private func holder(
        in community: TestCommunity,
        with value: String = "100.00"
    ) async throws -> (resident: TestResident, card: TestCard) {
        let resident = try await community.resident(with: value)
        return (resident, try await community.card(for: resident.person))
    }

    @Test func `a card lives from the print run to its next holder`() async throws {
        let community = try await TestCommunity.make()
        let (shop, outside) = (
            try await community.openShop(),
            try await community.openShop(at: Neighbourhood.shopOutside)
        )
        let resident = try await community.resident(with: "40.00")
        let cards = try await community.blankCards(3)
        let (first, second) = (cards[0], cards[1])
        #expect(Set(cards.map(\.number)).count == 3)
        let linked = try await community.link(first, to: resident.person).decode(Card.self)
        #expect(linked.state == .linked && !linked.hasPin && linked.walletId == resident.wallet)
        #expect(first.number.hasSuffix(linked.lastFour))

        // Without a PIN nothing is paid.
        let payment = try await shop.request("10.00")
        #expect(try await shop.take(first, for: payment).problemType == .cardRefused)
        #expect(try await community.setPIN("1234", of: first).problemType == .weakPin)
        #expect(try await community.setPIN(TestCard.pin, of: first).status == 201)
        let paid = try await shop.take(first, for: payment).decode(Payment.self)
        #expect(paid.state == .accepted && paid.verdict?.outcome == .accepted)
        #expect(try await resident.available() == "30.00")

        // The shop's place counts.
        let elsewhere = try await outside.request("1.00")
        let refused = try await outside.take(first, for: elsewhere)
        #expect(refused.problemType == .localityRefused)
        #expect(refused.problem?.verdict?.rules.compactMap(\.reason).isEmpty == false)

        // Wrong PINs block it, the right one included, until the holder chooses another.
        let next = try await shop.request("5.00")
        for _ in 1...3 {
            #expect(
                try await shop.take(first, pin: "739184", for: next).problemType == .cardRefused
            )
        }
        #expect(try await shop.take(first, for: next).problemType == .cardRefused)
        #expect(try await community.show(first).isPinBlocked)
        #expect(try await community.setPIN("604831", of: first).status == 201)
        #expect(try await shop.take(first, for: next).problemType == .cardRefused)
        #expect(try await shop.take(first, pin: "604831", for: next).status == 201)
        #expect(try await resident.available() == "25.00")

        // Another card, the same wallet; the old one never again.
        let new = try await community.replace(first, by: second).decode(Card.self)
        #expect(new.id == second.id && new.walletId == resident.wallet && !new.hasPin)
        #expect(try await community.show(first).state == .replaced)
        #expect(try await community.setPIN("604831", of: first).problemType == .cardNotInUse)
        #expect(try await community.setPIN("570316", of: second).status == 201)
        let last = try await shop.request("5.00")
        #expect(
            try await shop.take(first, pin: "604831", for: last).problemType == .cardRefused
        )
        #expect(try await shop.take(second, pin: "570316", for: last).status == 201)
        #expect(try await resident.available() == "20.00")
        #expect(try await community.link(first, to: resident.person).problemType == .cardNotBlank)

        // Returned, it is somebody else's, with another PIN and another wallet.
        #expect(try await community.act(.returnCard, on: second).status == 201)
        let other = try await community.resident(with: "7.00")
        #expect(try await community.link(second, to: other.person).status == 201)
        let final = try await shop.request("7.00")
        #expect(
            try await shop.take(second, pin: "570316", for: final).problemType == .cardRefused
        )
        #expect(try await community.setPIN("918273", of: second).status == 201)
        #expect(try await shop.take(second, pin: "918273", for: final).status == 201)
        #expect(try await other.available() == "0.00")
        #expect(try await resident.available() == "20.00")
        let history = try await community.show(second).history ?? []
        #expect(
            history.map(\.act) == [.pinSet, .linked, .returned, .pinSet, .linked]
        )
        #expect(history.map(\.personId).suffix(3).allSatisfy { $0 == resident.person })
        try await requireSoundBooks(of: community.stack, in: community)
    }

    @Test func `somebody without a phone is paid out and pays`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let iban = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let person = try await community.registerPerson("Zonder telefoon", iban: iban)
        let card = try await community.card(for: person.id)
        let seen = try await community.administrator.call(
            .getPerson,
            ["personId": "\(person.id)"]
        ).decode(Person.self)
        #expect(seen.state == .enrolled && seen.walletId != nil)
        try await community.credit([TestCredit("Zonder telefoon", iban, "12.00")])
        let payment = try await shop.request("12.00")
        #expect(try await shop.take(card, for: payment).status == 201)
        let more = try await shop.request("0.01")
        #expect(try await shop.take(card, for: more).problemType == .insufficientFunds)
        // What is given back can be spent again, by the same card.
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation()
        )
        #expect(refund.status == 201)
        #expect(try await shop.take(card, for: shop.request("12.00")).status == 201)
        try await requireSoundBooks(of: community.stack, in: community)
    }

    @Test func `a blocked card pays nothing, and says so only to who knows the PIN`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (resident, card) = try await holder(in: community)
        #expect(try await community.act(.blockCard, on: card).status == 201)
        let payment = try await shop.request("1.00")
        #expect(try await shop.take(card, for: payment).problemType == .cardBlocked)
        let wrong = try await shop.take(card, pin: "739184", for: payment)
        let unknown = try await shop.take(
            TestCard(id: card.id, number: "9482 0157 3664 0182"),
            for: payment
        )
        #expect(wrong.problemType == .cardRefused)
        #expect(wrong.problem?.detail == unknown.problem?.detail)
        #expect(wrong.status == unknown.status && unknown.problemType == .cardRefused)
        #expect(try await resident.available() == "100.00")
        // With everything else of its holder, too.
        let (other, others) = try await holder(in: community)
        _ = try await community.administrator.call(
            .revokeParty,
            ["partyId": "\(other.person)"],
            body: ClientRevocation(reason: "overleden")
        )
        #expect(try await shop.take(others, for: payment).problemType == .cardBlocked)
    }

    @Test func `a card is limited in one payment and in a day`() async throws {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let (resident, card) = try await holder(in: community, with: "500.00")
        let large = try await shop.request("50.01")
        #expect(try await shop.take(card, for: large).problemType == .cardLimit)
        for _ in 1...3 {
            #expect(try await shop.take(card, for: shop.request("50.00")).status == 201)
        }
        let over = try await shop.request("0.01")
        #expect(try await shop.take(card, for: over).problemType == .cardLimit)
        // Another card of the same person does not begin anew.
        let spare = try await community.blankCards()[0]
        #expect(try await community.replace(card, by: spare).status == 201)
        #expect(try await community.setPIN(TestCard.pin, of: spare).status == 201)
        #expect(try await shop.take(spare, for: over).problemType == .cardLimit)
        #expect(try await resident.available() == "350.00")
    }

    @Test func `one person has one card, and a card one person`() async throws {
        let community = try await TestCommunity.make()
        let (resident, card) = try await holder(in: community)
        let other = try await community.enrolPerson("Ander")
        let spare = try await community.blankCards()[0]
        #expect(try await community.link(spare, to: resident.person).problemType == .cardExists)
        #expect(try await community.link(card, to: other.person).problemType == .cardNotBlank)
        let stranger = TestCard(id: card.id, number: "9482 0157 3664 0182")
        #expect(try await community.link(stranger, to: other.person).problemType == .unknownCard)
        // Of another community it is unknown, too.
        let elsewhere = try await TestCommunity.make()
        let foreign = try await elsewhere.blankCards()[0]
        #expect(try await community.link(foreign, to: other.person).problemType == .unknownCard)
        let mistyped = TestCard(id: card.id, number: "9482 0157 3664 0183")
        #expect(try await community.link(mistyped, to: other.person).status == 400)
        // Many at once at two counters: one of them.
        let results = await withTaskGroup(of: Int?.self) { group in
            for person in [other, try? await community.enrolPerson("Derde")].compactMap(\.self) {
                group.addTask { try? await community.link(spare, to: person.person).status }
            }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(results.compactMap(\.self).sorted() == [201, 409])
    }

    @Test func `only the till that asked takes the card`() async throws {
        let community = try await TestCommunity.make()
        let (shop, other) = (try await community.openShop(), try await community.openShop())
        let (resident, card) = try await holder(in: community)
        let payment = try await shop.request("1.00")
        #expect(try await other.take(card, for: payment).problemType == .notFound)
        #expect(
            try await shop.take(card, for: payment, by: resident.phone).problemType
                == .insufficientScope
        )
        _ = try await resident.pay(payment)
        #expect(try await shop.take(card, for: payment).problemType == .paymentNotRequested)
        #expect(try await resident.available() == "99.00")
    }

    @Test func `card numbers are told once and again under their key, and kept nowhere`()
        async throws
    {
        let community = try await TestCommunity.make()
        let body = PrintRunCreation(count: 500)
        let first = try await community.administrator.call(
            .createPrintRun,
            body: body,
            key: "oplage-1"
        )
        let again = try await community.administrator.call(
            .createPrintRun,
            body: body,
            key: "oplage-1"
        )
        let run = try first.decode(PrintRun.self)
        #expect(run.cards.count == 500)
        #expect(again.body == first.body)
        #expect(again.headers["idempotency-replayed"] == "true")
        let too = try await community.administrator.call(
            .createPrintRun,
            body: PrintRunCreation(count: 501)
        )
        #expect(too.status == 400)
        let list = try await community.administrator.call(.listCards, query: "limit=250")
        for card in run.cards.prefix(250) {
            #expect(!list.text.contains(card.number))
            #expect(!list.text.contains(card.number.replacing(" ", with: "")))
        }
    }
}
