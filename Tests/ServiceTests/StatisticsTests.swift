import API
import Foundation
import Postgres
import TestSupport
import Testing

/// The statistics of a programme in a month.
@Suite struct StatisticsTests {
    /// One sum, before anything is left out.
    private struct Cell: Hashable {
        let figure: String
        let category: String?
        let people: Int64
        let amount: Int64
        let largest: Int64
    }

    @Test func `figures are added up per person, and who got everything back has none`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00", transparency: .shops)
        let (bakery, other) = (
            try await community.openShop(category: "5462"), try await community.openShop()
        )
        var people: [TestResident] = []
        var credits: [TestCredit] = []
        for _ in 0..<3 {
            let account = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            people.append(try await community.enrolPerson("Inwoner", iban: account))
            credits.append(TestCredit("Inwoner", account, "20.00"))
        }
        credits.append(TestCredit("Niemand", TestIBAN.number(5_151), "9.00"))
        try await community.credit(credits, programme: programme)
        for (person, value) in zip(people, ["1.00", "2.00", "3.00"]) {
            #expect(try await person.pay(try await bakery.request(value)).status == 201)
        }
        let again = try await other.request("4.00")
        #expect(try await people[0].pay(again).status == 201)
        let back = try await bakery.request("5.00")
        #expect(try await people[1].pay(back).status == 201)
        let all = try await other.request("6.00")
        #expect(try await people[2].pay(all).status == 201)
        for (payment, shop) in [(back, bakery), (all, other)] {
            let refund = try await shop.owner.call(
                .refundPayment,
                ["paymentId": "\(payment.id)"],
                body: RefundCreation()
            )
            #expect(refund.status == 201)
        }
        #expect(
            try await cells(of: programme, in: community) == [
                Cell(figure: "funded", category: nil, people: 0, amount: 50_000, largest: 0),
                Cell(figure: "credited", category: nil, people: 3, amount: 6000, largest: 2000),
                Cell(figure: "spent", category: nil, people: 3, amount: 1000, largest: 500),
                Cell(figure: "spent", category: "5462", people: 3, amount: 600, largest: 300),
                Cell(figure: "spent", category: "", people: 1, amount: 400, largest: 400),
            ]
        )
    }

    @Test func `a month that is over has statistics, one that goes on has none`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00", transparency: .shops)
        let past = try await read("2020-02", of: programme, in: community)
            .decode(ProgrammeStatistics.self)
        #expect(past.funded.value == "0.00" && past.month == "2020-02")
        #expect(past.credited == nil && past.spent == nil && past.returned == nil)
        #expect(past.categories == [] && past.fewestPeople == 5)
        for month in [community.days.month(), "9990-01", "2020-13", "2020-W07"] {
            let answer = try await read(month, of: programme, in: community)
            #expect(answer.problemType == .notFound, "\(month)")
        }
    }

    @Test func `a period tells how many lines have which status`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("500.00")
        let account = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        _ = try await community.enrolPerson("Inwoner", iban: account)
        try await community.credit(
            [TestCredit("Inwoner", account, "2.00"), TestCredit("N", TestIBAN.number(8), "3.00")],
            programme: programme
        )
        let open = TestPaymentFile.xml([TestCredit("Inwoner", account, "4.00")])
        _ = try await community.submit(open, to: programme.id).decode(Batch.self)
        let year = community.days.year
        func read(_ period: String) async throws -> StatusSummary {
            try await community.clerk.call(
                .getStatusSummary,
                ["programmeId": "\(programme.id)", "period": period]
            ).decode(StatusSummary.self)
        }
        let summary = try await read("\(year)")
        #expect(summary.batches == 2)
        #expect(summary.statuses.map(\.status) == PaymentStatus.allCases)
        #expect(summary.statuses.map(\.count) == [1, 0, 2, 0])
        #expect(summary.statuses.map(\.total?.value) == ["2.00", "0.00", "7.00", "0.00"])
        #expect(try await read("\(year - 1)").batches == 0)
    }

    private func read(
        _ month: String,
        of programme: Programme,
        in community: TestCommunity
    ) async throws -> TestAnswer {
        try await community.clerk.call(
            .getProgrammeStatistics,
            ["programmeId": "\(programme.id)", "month": month]
        )
    }

    /// The sums since yesterday, as they will stand in some days.
    private func cells(
        of programme: Programme,
        in community: TestCommunity
    ) async throws -> Set<Cell> {
        try await OpenedDatabase.shared.owner.query(
            """
            SELECT figure, category, people, amount, largest
              FROM disbursement.statistics(
                   \(community.id.uuid), \(programme.id.uuid), current_date - 1, current_date + 2,
                   now() + interval '5 days')
            """
        ) { rows in
            Set(
                try rows.map { row in
                    let (figure, category, people, amount, largest) = try row.decode(
                        String.self,
                        String?.self,
                        Int64.self,
                        Int64.self,
                        Int64.self
                    )
                    return Cell(
                        figure: figure,
                        category: category,
                        people: people,
                        amount: amount,
                        largest: largest
                    )
                }
            )
        }
    }
}
