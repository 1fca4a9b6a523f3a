import API
import Postgres
import TestSupport
import Testing

/// Departures that count no more: the person is back, or never left.
@Suite struct DepartureEndingTests {
    private func end(_ id: Identifier, by client: TestClient) async throws -> TestAnswer {
        try await client.call(
            .endDeparture,
            ["departureId": "\(id)"],
            body: DepartureEnding(reason: "Vergissing")
        )
    }

    @Test func `whoever is back is paid again, once somebody else than who confirmed it says so`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let iban = TestIBAN.number(870)
        let resident = try await community.enrolPerson("Terug", iban: iban)
        try await community.credit([TestCredit("Terug", iban, "10.00")], programme: programme)
        let departure = try await community.depart(resident.person)
        #expect(departure.recalls == 1 && departure.endedAt == nil)
        let gone = try await community.submit(
            TestPaymentFile.xml([TestCredit("Terug", iban, "11.00")]),
            to: programme.id
        ).decode(Batch.self)
        #expect(gone.state == .refused)

        let own = try await end(departure.id, by: community.approver)
        #expect(own.problemType == .secondPersonRequired)
        let recalls = try await community.clerk.call(
            .listRecalls,
            query: "programmeId=\(programme.id)"
        ).decode(Page<Recall>.self).items
        #expect(recalls.map(\.state) == [.announced])
        let ended = try await end(departure.id, by: community.clerk).decode(Departure.self)
        #expect(ended.state == .ended && ended.endedBy == community.clerk.id)
        #expect(ended.endingReason == "Vergissing" && ended.endedAt != nil)
        #expect(
            try await end(departure.id, by: community.clerk).problemType == .departureNotConfirmed
        )

        let withdrawn = try await community.recall(recalls[0].id, in: .withdrawn)
        #expect(withdrawn.withdrawalReason == "Vergissing")
        try await community.credit([TestCredit("Terug", iban, "12.00")], programme: programme)
        #expect(try await resident.available() == "22.00")
        let standing = try await community.standing(programme.id, resident.person, "5.00", 1)
        #expect(standing.status == 201)
        let listed = try await community.clerk.call(.listDepartures, query: "state=ended")
            .decode(Page<Departure>.self).items
        #expect(listed.map(\.id) == [departure.id])
    }

    @Test func `only what was confirmed ends, and the person may depart again`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Terug")
        let first = try await community.depart(person.id, .movedAway)
        #expect(try await end(first.id, by: community.clerk).status == 201)
        let second = try await community.reportDeparture(of: person.id).decode(Departure.self)
        #expect(second.id != first.id)
        #expect(try await end(second.id, by: community.clerk).problemType == .departureNotConfirmed)
        let confirmed = try await community.approver.call(
            .decideDeparture,
            ["departureId": "\(second.id)"],
            body: DepartureDecision(confirm: true)
        ).decode(Departure.self)
        #expect(confirmed.state == .confirmed)
    }

    @Test func `the database lets no one end what they confirmed, and nothing else change`()
        async throws
    {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Terug")
        let departure = try await community.depart(person.id, .movedAway)
        let (owner, id) = (community.id.uuid, departure.id.uuid)
        let (confirmer, other) = (community.approver.id.uuid, community.clerk.id.uuid)
        let own = await #expect(throws: PostgresError.self) {
            try await community.change(
                """
                UPDATE disbursement.departure
                   SET state = 'ended', ended_by = \(confirmer), ended_at = clock_timestamp(),
                       ending_reason = '-'
                 WHERE community_id = \(owner) AND id = \(id)
                """
            )
        }
        #expect(own?.violates("departure_ended_by_second_person") == true)
        let changed = await #expect(throws: PostgresError.self) {
            try await community.change(
                """
                UPDATE disbursement.departure
                   SET state = 'ended', ended_by = \(other), ended_at = clock_timestamp(),
                       ending_reason = '-', decided_by = reported_by
                 WHERE community_id = \(owner) AND id = \(id)
                """
            )
        }
        #expect(changed?.sqlState == "23000")
        #expect(try await end(departure.id, by: community.clerk).status == 201)
        let again = await #expect(throws: PostgresError.self) {
            try await community.change(
                """
                UPDATE disbursement.departure
                   SET state = 'confirmed', ended_by = NULL, ended_at = NULL, ending_reason = NULL
                 WHERE community_id = \(owner) AND id = \(id)
                """
            )
        }
        #expect(again?.sqlState == "23000")
    }

    @Test func `of whoever was erased there is no departure to decide about`() async throws {
        let community = try await TestCommunity.make()
        let person = try await community.registerPerson("Gewist")
        let reported = try await community.reportDeparture(of: person.id).decode(Departure.self)
        let erased = try await community.administrator.call(
            .erasePerson,
            ["personId": "\(person.id)"]
        )
        #expect(erased.status == 201)
        let decision = try await community.approver.call(
            .decideDeparture,
            ["departureId": "\(reported.id)"],
            body: DepartureDecision(confirm: true)
        )
        #expect(decision.problemType == .notFound)
        #expect(try await end(reported.id, by: community.clerk).problemType == .notFound)
    }
}
