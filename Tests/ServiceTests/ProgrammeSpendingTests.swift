import API
import Foundation
import TestSupport
import Testing

/// What a sponsor sees of a programme: what it said in advance, and nothing of single people.
@Suite struct ProgrammeSpendingTests {
    @Test func `a sponsor sees that it was spent and how much, never of few and never where`()
        async throws
    {
        let town = try await Town.make(transparency: nil)
        let early = try await town.spending()
        #expect(early.paid.value == "50.00")
        #expect(early.spent == nil)
        try await town.everybodyPays("2.00", but: 1)
        #expect(try await town.spending().spent == nil)
        let last = try await town.pay("2.50", by: town.people[4])
        #expect(try await town.spending().spent?.value == "10.50")
        _ = try await town.shop.owner.call(
            .refundPayment,
            ["paymentId": "\(last.id)"],
            body: RefundCreation()
        ).decode(Refund.self)
        // What was given back was not spent, so there are four again.
        #expect(try await town.spending().spent == nil)
        let told = try await town.spending()
        #expect(told.transparency == .totals)
        #expect(told.shops == nil)
        #expect(told.fewestPeople == 5)
    }

    @Test func `a programme that said so tells shops, but none from which few could be had`()
        async throws
    {
        let town = try await Town.make(transparency: .shops)
        try await town.everybodyPays("2.00")
        let told = try await town.spending()
        #expect(told.shops?.map(\.shop.id) == [town.shop.shop])
        #expect(told.shops?.map(\.spent.value) == ["10.00"])
        let other = try await town.community.openShop()
        _ = try await town.pay("3.00", by: town.people[0], at: other)
        // The total less the first shop would be what one person paid in the other.
        let guarded = try await town.spending()
        #expect(guarded.spent?.value == "13.00")
        #expect(guarded.shops == [])
    }

    @Test func `a sponsor sees its own programmes only`() async throws {
        let town = try await Town.make(transparency: nil)
        let other = try await town.community.administrator.call(
            .registerInstitution,
            body: InstitutionRegistration(name: "Ander fonds", kind: .association)
        ).decode(Institution.self)
        let stranger = try await town.community.administrator.register(
            "Ander",
            [.programmeSponsor],
            of: other.id
        )
        let path = ["programmeId": "\(town.programme.id)"]
        for operation in [API.Operation.getProgramme, .getProgrammeSpending] {
            #expect(try await stranger.call(operation, path).problemType == .notFound)
            #expect(try await town.sponsor.call(operation, path).status == 200)
        }
        let seen = try await stranger.call(.listProgrammes).decode(Page<Programme>.self).items
        #expect(seen.isEmpty)
        let own = try await town.sponsor.call(.listProgrammes).decode(Page<Programme>.self).items
        #expect(own.map(\.id) == [town.programme.id])
    }
}

/// Five people with ten coins each out of one programme.
private struct Town {
    let community: TestCommunity
    let programme: Programme
    let sponsor: TestClient
    let shop: TestShop
    let people: [TestResident]

    static func make(transparency: ProgrammeTransparency?) async throws -> Town {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme(transparency: transparency)
        var people: [TestResident] = []
        var credits: [TestCredit] = []
        for number in 1...5 {
            let iban = TestIBAN.number(7_000_000 + number)
            people.append(try await community.enrolPerson("Inwoner \(number)", iban: iban))
            credits.append(TestCredit("Inwoner", iban, "10.00"))
        }
        try await community.credit(credits, programme: programme)
        return Town(
            community: community,
            programme: programme,
            sponsor: try await community.administrator.register(
                "Fonds",
                [.programmeSponsor],
                of: community.institution
            ),
            shop: try await community.openShop(),
            people: people
        )
    }

    func spending() async throws -> ProgrammeSpending {
        try await sponsor.call(
            .getProgrammeSpending,
            ["programmeId": "\(programme.id)"]
        ).decode(ProgrammeSpending.self)
    }

    func pay(
        _ value: String,
        by person: TestResident,
        at shop: TestShop? = nil
    ) async throws -> Payment {
        try await person.pay((shop ?? self.shop).request(value)).decode(Payment.self)
    }

    func everybodyPays(_ value: String, but left: Int = 0) async throws {
        for person in people.dropLast(left) { _ = try await pay(value, by: person) }
    }
}
