import API
import Foundation
import TestSupport
import Testing

/// What programmes paid people in a year or another period, from the ledger.
@Suite struct PersonTotalsTests {
    @Test func `a person's totals are credits and what was taken back, per programme`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (food, wages) = (
            try await community.fundedProgramme("100.00"),
            try await community.fundedProgramme("100.00")
        )
        let resident = try await community.resident(
            with: [(food, "20.00"), (food, "12.50"), (wages, "7.00")]
        )
        let grant = try #require(
            try await community.grants(of: resident).first { $0.programmeId == food.id }
        )
        try await recall(grant, atMost: "4.00", community)
        // What somebody pays in a shop is not about the programme.
        let shop = try await community.openShop()
        #expect(try await resident.pay(try await shop.request("3.00")).status == 201)

        let year = "\(community.days.year)"
        let totals = try await totals(of: resident.person, year, community.clerk)
        #expect(totals.personId == resident.person && totals.period == year)
        #expect(!totals.isFinal && totals.programmes.count == 2)
        let ofFood = try #require(totals.programmes.first { $0.programmeId == food.id })
        #expect(ofFood.creditCount == 2 && ofFood.credited.value == "32.50")
        #expect(ofFood.takenBack.value == "4.00" && ofFood.expired.value == "0.00")
        let ofWages = try #require(totals.programmes.first { $0.programmeId == wages.id })
        #expect(ofWages.creditCount == 1 && ofWages.credited.value == "7.00")
        #expect(ofWages.takenBack.value == "0.00")

        let before = try await self.totals(
            of: resident.person,
            "\(community.days.year - 1)",
            community.clerk
        )
        #expect(before.isFinal && before.programmes.isEmpty)
        #expect(try await self.totals(of: resident.person, year, resident.phone) == totals)
        let neighbour = try await community.enrolPerson("Buur")
        #expect(try await ask(resident.person, year, neighbour.phone).problemType == .notFound)
        #expect(try await ask(Identifier(UUID()), year).problemType == .notFound)
        let nothing = try await self.totals(of: neighbour.person, year, community.clerk)
        #expect(nothing.programmes.isEmpty && !nothing.isFinal)

        func ask(
            _ person: Identifier,
            _ period: String,
            _ client: TestClient? = nil
        ) async throws -> TestAnswer {
            try await (client ?? community.clerk).call(
                .getPersonTotals,
                ["personId": "\(person)", "period": period]
            )
        }
    }

    @Test func `the file of a programme has a line per person, and its sum is the programme's`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let other = try await community.fundedProgramme("100.00")
        let resident = try await community.resident(with: [(programme, "20.00"), (other, "1.00")])
        let leaver = try await community.resident(with: [(programme, "5.00")])
        _ = try await community.resident(with: [(other, "2.00")])
        try await recall(try await community.newestGrant(of: leaver), community)
        let erased = try await community.administrator.call(
            .erasePerson,
            ["personId": "\(leaver.person)"]
        )
        #expect(erased.status == 201)

        let answer = try await file(of: programme.id, "\(community.days.year)", community)
        #expect(answer.headers["content-type"] == "text/csv")
        let lines = answer.text.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "personId,name,credits,credited,takenBack,expired,coin,final")
        let coin = TestCommunity.coin
        #expect(
            Set(lines.dropFirst()) == [
                "\(resident.person),Inwoner,1,20.00,0.00,0.00,\(coin),no",
                "\(leaver.person),,1,5.00,5.00,0.00,\(coin),no",
            ]
        )
        let paid = try await community.commitments(of: programme.id)
        #expect(paid.paid.value == "25.00" && paid.recalled.value == "5.00")

        let before = try await file(of: programme.id, "\(community.days.year - 1)", community)
        #expect(before.text == "\(lines[0])\r\n")
        for period in ["2026-13", "2026-W54", "morgen"] {
            let answer = try await file(of: programme.id, period, community)
            #expect(answer.problemType == .notFound, "\(period)")
        }
        let stranger = try await TestCommunity.make()
        let foreign = try await file(of: programme.id, "2026", stranger)
        #expect(foreign.problemType == .notFound)
    }

    private func totals(
        of person: Identifier,
        _ period: String,
        _ client: TestClient
    ) async throws -> PersonTotals {
        try await client.call(.getPersonTotals, ["personId": "\(person)", "period": period])
            .decode(PersonTotals.self)
    }

    private func file(
        of programme: Identifier,
        _ period: String,
        _ community: TestCommunity
    ) async throws -> TestAnswer {
        try await community.clerk.call(
            .getProgrammeTotals,
            ["programmeId": "\(programme)", "period": period]
        )
    }

    /// Takes back what is left of a grant, or so much of it.
    private func recall(
        _ grant: Grant,
        atMost amount: String? = nil,
        _ community: TestCommunity
    ) async throws {
        let recall = try await community.recall(grant.id, "te veel", atMost: amount)
            .decode(Recall.self)
        try await community.endWaiting(of: recall.id)
        _ = try await community.recall(recall.id, in: .done)
    }
}
