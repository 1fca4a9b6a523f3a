import API
import Foundation
import TestSupport
import Testing

/// What somebody without a phone is told by post about money that goes back.
@Suite struct RecallLetterTests {
    /// Somebody with a grant of 10.00, of which 4.00 at most are recalled.
    private struct Town {
        let community: TestCommunity
        let programme: Programme
        let resident: TestResident
        let recall: Recall

        static func make() async throws -> Town {
            let community = try await TestCommunity.make()
            let programme = try await community.fundedProgramme("100.00")
            let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
            let resident = try await community.enrolPerson("Ontvanger", iban: number)
            try await community.credit(
                [TestCredit("Ontvanger", number, "10.00")],
                programme: programme
            )
            let grant = try await community.newestGrant(of: resident)
            return Town(
                community: community,
                programme: programme,
                resident: resident,
                recall: try await community.recall(grant.id, "Te veel betaald", atMost: "4.00")
                    .decode(Recall.self)
            )
        }

        /// The words of the letter as it is now, in one line.
        func text(_ query: String = "", by client: TestClient? = nil) async throws -> String {
            let answer = try await (client ?? community.clerk).call(
                .getRecallLetterText,
                ["recallId": "\(recall.id)"],
                query: query
            )
            #expect(answer.status == 200)
            return answer.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }

        func object() async throws {
            let answer = try await community.clerk.call(
                .objectToRecall,
                ["recallId": "\(recall.id)"],
                body: RecallObjection(text: "Het klopt wel")
            )
            #expect(answer.status == 201)
        }

        func decide(_ upheld: Bool) async throws {
            let answer = try await community.approver.call(
                .decideRecall,
                ["recallId": "\(recall.id)"],
                body: RecallDecision(upheld: upheld, reason: "Nagekeken")
            )
            #expect(answer.status == 201)
        }
    }

    @Test func `a letter says what the app says, to whoever may read the recall`() async throws {
        let town = try await Town.make()
        for reader in [town.community.clerk, town.community.approver, town.resident.phone] {
            let text = try await town.text(by: reader)
            for part in [
                "Aan: Ontvanger Kenmerk: \(town.recall.id)", "kwam 10,00",
                "hoogstens 4,00", "De reden: Te veel betaald", "bezwaar maken",
            ] {
                #expect(text.contains(part), "\(part)")
            }
        }
        let english = try await town.text("language=en")
        #expect(english.contains("To: Ontvanger Reference: \(town.recall.id)"))
        let path = ["recallId": "\(town.recall.id)"]
        let page = try await town.community.clerk.call(.getRecallLetter, path)
        #expect(page.status == 200 && page.headers["content-type"] == "application/pdf")
        #expect(page.body.starts(with: Data("%PDF-1.".utf8)))
        let other = try await town.community.enrolPerson("Ander")
        for operation in [API.Operation.getRecallLetter, .getRecallLetterText] {
            let refused = try await other.phone.call(operation, path)
            #expect(refused.problemType == .notFound)
        }
    }

    @Test func `a letter says how far the recall has come`() async throws {
        let rejected = try await Town.make()
        try await rejected.object()
        #expect(try await rejected.text().contains("Zolang er niet over is beslist"))
        try await rejected.decide(false)
        let text = try await rejected.text()
        #expect(text.contains("afgewezen. De reden: Nagekeken"))
        #expect(!text.contains("kunt u bezwaar maken"))
        try await rejected.community.endWaiting(of: rejected.recall.id)
        _ = try await rejected.community.recall(rejected.recall.id, in: .done)
        #expect(try await rejected.text().contains("is daarvan 4,00"))

        let upheld = try await Town.make()
        try await upheld.object()
        try await upheld.decide(true)
        #expect(try await upheld.text().contains("Het bezwaar was terecht"))

        let withdrawn = try await Town.make()
        let withdrawal = try await withdrawn.community.clerk.call(
            .withdrawRecall,
            ["recallId": "\(withdrawn.recall.id)"],
            body: RecallWithdrawal(reason: "Een vergissing")
        )
        #expect(withdrawal.status == 201)
        let last = try await withdrawn.text()
        #expect(last.contains("gaat niets terug. De reden: Een vergissing"))
    }

    @Test func `whoever died has heirs who are written to`() async throws {
        let town = try await Town.make()
        _ = try await town.community.depart(town.resident.person)
        #expect(try await town.text().hasPrefix("Aan de nabestaanden van: Ontvanger"))
    }

    @Test func `the letters of a day are read together, as many at a time as are asked for`()
        async throws
    {
        let town = try await Town.make()
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let second = try await town.community.enrolPerson("Tweede", iban: number)
        try await town.community.credit(
            [TestCredit("Tweede", number, "3.00")],
            programme: town.programme
        )
        let grant = try await town.community.newestGrant(of: second)
        let recall = try await town.community.recall(grant.id, "verhuisd").decode(Recall.self)
        func letters(_ query: String) async throws -> TestAnswer {
            try await town.community.clerk.call(.getRecallLetterTexts, query: query)
        }
        let today = town.community.days.day()
        let all = try await letters("programmeId=\(town.programme.id)&day=\(today)")
        #expect(all.text.split(separator: "\u{C}").count == 2)
        #expect(all.headers["link"] == nil)
        let first = try await letters("limit=1&language=en")
        #expect(first.text.contains("To: Tweede") && !first.text.contains("Ontvanger"))
        let link = try #require(first.headers["link"])
        #expect(link.contains("cursor=\(recall.id)") && link.contains("language=en"))
        let rest = try await letters("limit=1&language=en&cursor=\(recall.id)")
        #expect(rest.text.contains("To: Ontvanger") && rest.headers["link"] == nil)
        let pages = try await town.community.clerk.call(.getRecallLetters)
        #expect(pages.headers["content-type"] == "application/pdf")
        for none in ["day=2020-01-01", "state=done", "programmeId=\(recall.id)"] {
            #expect(try await letters(none).problemType == .noLettersDue, "\(none)")
        }
        #expect(try await letters("day=2026-13-01").problemType == .invalidRequest)
    }
}
