import API
import Foundation
import Postgres
import TestSupport
import Testing

/// The journal for the bookkeeping of a municipality.
@Suite struct JournalTests {
    @Test func `every day has as much debit as credit, and the sums are the ledger's`()
        async throws
    {
        let community = try await TestCommunity.make()
        let shop = try await community.openShop()
        let resident = try await community.resident(with: "50.00")
        let payment = try await shop.request("20.00")
        #expect(try await resident.pay(payment).status == 201)
        let refund = try await shop.owner.call(
            .refundPayment,
            ["paymentId": "\(payment.id)"],
            body: RefundCreation(amount: community.amount("5.00"), reason: "kapot")
        )
        #expect(refund.status == 201)
        _ = try await shop.owner.call(
            .requestRedemption,
            body: RedemptionRequest(merchantId: shop.merchant)
        ).decode(Redemption.self)
        _ = try await community.credit([TestCredit("Niemand", TestIBAN.number(77), "3.00")])

        let lines = try await journal(of: community)
        let kinds = Set(lines.map(\.kind))
        #expect(kinds.isSuperset(of: ["funding", "disbursement", "reservation", "payment"]))
        for (group, lines) in Dictionary(grouping: lines, by: { "\($0.day) \($0.kind) \($0.unit)" })
        {
            #expect(lines.map(\.debit).reduce(0, +) == lines.map(\.credit).reduce(0, +), "\(group)")
        }
        let owner = try await OpenedDatabase.shared.owner
        let accounts = try await owner.query(
            """
            SELECT kind, unit, sum(posted)::bigint, sum(seq)::bigint FROM ledger.account
             WHERE community_id = \(community.id.uuid) AND coin = \(TestCommunity.coin)
             GROUP BY kind, unit HAVING sum(seq) > 0
            """
        ) { rows in
            try rows.map { try $0.decode(String.self, String.self, Int64.self, Int64.self) }
        }
        #expect(Set(accounts.map(\.0)) == Set(lines.map(\.account)))
        for (kind, unit, posted, postings) in accounts {
            let own = lines.filter { $0.account == kind }
            let credit = own.reduce(0) { $0 + $1.credit - $1.debit }
            #expect(credit == (unit == "euro" ? -Int(posted) : Int(posted)), "\(kind)")
            #expect(own.reduce(0) { $0 + $1.postings } == Int(postings), "\(kind)")
        }
    }

    @Test func `codes are those of the programme first, then the general ones, then the kind`()
        async throws
    {
        let community = try await TestCommunity.make()
        let (one, other) = (
            try await community.fundedProgramme("10.00"),
            try await community.fundedProgramme("20.00")
        )
        let general = try await community.setJournalCode(.programme, "4000")
        let own = try await community.setJournalCode(.programme, "4001", of: one.id)
        #expect(own.programmeId == one.id && general.programmeId == nil)
        let again = try await community.setJournalCode(.programme, "4002", of: one.id)
        #expect(again.id == own.id && again.code == "4002")
        let lines = try await journal(of: community).filter { $0.kind == "funding" }
        func code(_ account: String, _ programme: Identifier? = nil) -> String? {
            lines.first {
                $0.account == account && $0.programme == programme.map { "\($0)" } ?? ""
            }?.code
        }
        #expect(code("programme", one.id) == "4002")
        #expect(code("programme", other.id) == "4000")
        #expect(code("reserve") == "reserve")
        let codes = try await community.treasurer.call(.listJournalCodes)
            .decode(Page<JournalCode>.self).items
        #expect(Set(codes.map(\.code)) == ["4000", "4002"])
    }

    @Test func `a code that cannot stand for anything is refused`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("10.00")
        let foreign = try await TestCommunity.make().fundedProgramme("10.00")
        func refusal(_ setting: JournalCodeSetting) async throws -> ProblemType? {
            try await community.treasurer.call(.setJournalCode, body: setting).problemType
        }
        let coin = TestCommunity.coin
        #expect(
            try await refusal(.init(coin: "anders", account: .pot, code: "1")) == .unknownCoin
        )
        for id in [foreign.id, Identifier(UUID())] {
            #expect(
                try await refusal(.init(coin: coin, account: .pot, programmeId: id, code: "1"))
                    == .unknownProgramme
            )
        }
        #expect(
            try await refusal(
                .init(coin: coin, account: .merchant, programmeId: programme.id, code: "1")
            ) == .invalidRequest
        )
        for code in ["", "=1", "1 2", String(repeating: "1", count: 36)] {
            #expect(
                try await refusal(.init(coin: coin, account: .pot, code: code)) == .invalidRequest
            )
        }
    }

    @Test func `a journal of another coin, or of no period, is not found`() async throws {
        let community = try await TestCommunity.make()
        for (coin, period) in [("anders", "2026"), (TestCommunity.coin, "2026-13")] {
            let answer = try await community.treasurer.call(
                .getJournal,
                ["coinCode": coin, "period": period]
            )
            #expect(answer.problemType == .notFound, "\(coin) \(period)")
        }
    }

    private struct Line {
        let day, kind, account, programme, code, unit: String
        let debit, credit, postings: Int
    }

    /// The journal of this year. The fixtures' names have no commas.
    private func journal(of community: TestCommunity) async throws -> [Line] {
        let answer = try await community.treasurer.call(
            .getJournal,
            ["coinCode": TestCommunity.coin, "period": "\(community.days.year)"]
        )
        #expect(answer.headers["content-type"] == "text/csv")
        return try answer.text.split(separator: "\r\n").dropFirst().map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            try #require(fields.count == 11, "\(line)")
            func cents(_ text: String) throws -> Int {
                try #require(Int(text.replacing(".", with: "")))
            }
            return Line(
                day: fields[0],
                kind: fields[1],
                account: fields[2],
                programme: fields[3],
                code: fields[5],
                unit: fields[8],
                debit: try cents(fields[6]),
                credit: try cents(fields[7]),
                postings: try cents(fields[9])
            )
        }
    }
}
