import API
import Foundation
import Postgres
import TestSupport
import Testing

/// Letters with activation codes to those whose coins wait.
@Suite struct LetterTests {
    private func letters(
        _ operation: API.Operation,
        of batch: Batch,
        query: String = "",
        by client: TestClient,
        key: String? = nil
    ) async throws -> TestAnswer {
        try await client.call(operation, ["batchId": "\(batch.id)"], query: query, key: key)
    }

    /// The code in each letter of a text.
    private func codes(_ text: String) throws -> [String] {
        try text.split(separator: "\u{C}").map { letter in
            let line = letter.split(separator: "\n").first { $0.hasPrefix("    ") }
            return try #require(line).trimmingCharacters(in: .whitespaces)
        }
    }

    private func batch(
        _ credits: [TestCredit],
        _ community: TestCommunity
    ) async throws -> Batch {
        let programme = try await community.fundedProgramme()
        let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        return try await community.approve(batch.id)
    }

    @Test func `whoever enrols with the code of a letter gets what waited for the line`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let numbers = (0..<2).map { TestIBAN.number(820 + $0) }
        // Two lines of one creditor are one letter.
        let waiting = try await batch(
            [
                TestCredit("Een", numbers[0], "10.00"), TestCredit("Twee", numbers[1], "20.00"),
                TestCredit("Een", numbers[0], "5.00"),
            ],
            community
        )
        #expect(waiting.counts.waiting == 3)
        let answer = try await letters(
            .createLetterTexts,
            of: waiting,
            by: community.administrator
        )
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
        let codes = try codes(answer.text)
        #expect(codes.count == 2)
        #expect(answer.text.contains("Aan: Een") && answer.text.contains("Aan: Twee"))
        for code in codes { #expect(answer.text.contains("wijkmunt:v1/enrol?code=\(code)")) }
        var available: [String] = []
        for (code, value) in zip(codes, ["15.00", "20.00"]) {
            let (phone, enrolment) = try await community.enrolDevice(code: code)
            let wallet = try #require(enrolment.walletId)
            let resident = TestResident(phone: phone, person: enrolment.partyId, wallet: wallet)
            _ = try await eventually("the credit lands") {
                try await resident.available() == value ? true : nil
            }
            available.append(try await resident.available())
        }
        #expect(available == ["15.00", "20.00"])
        let again = try await letters(.createLetters, of: waiting, by: community.administrator)
        #expect(again.problemType == .noLettersDue)
    }

    @Test func `a letter is made once, and anew only for its line`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let waiting = try await batch([TestCredit("Een", TestIBAN.number(830), "10.00")], community)
        let counter = community.administrator
        let pages = try await letters(.createLetters, of: waiting, by: counter)
        #expect(pages.status == 200 && pages.headers["content-type"] == "application/pdf")
        #expect(pages.body.starts(with: Data("%PDF-1.".utf8)))
        let none = try await letters(.createLetterTexts, of: waiting, by: counter)
        #expect(none.problemType == .noLettersDue)
        let anew = try await letters(.createLetterTexts, of: waiting, query: "line=1", by: counter)
        let first = try codes(anew.text)[0]
        let second = try await codes(
            letters(.createLetterTexts, of: waiting, query: "line=1&language=en", by: counter).text
        )[0]
        #expect(first != second)
        await #expect(throws: (any Error).self) { try await community.enrolDevice(code: first) }
        _ = try await community.enrolDevice(code: second)
        for line in ["2", "1"] {
            let late = try await letters(
                .createLetterTexts,
                of: waiting,
                query: "line=\(line)",
                by: counter
            )
            #expect(late.problemType == .noLettersDue)
        }
    }

    @Test func `letters go by what two people stand for, and not to mere claims`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let (claimed, free) = (TestIBAN.number(840), TestIBAN.number(841))
        _ = try await community.registerPerson("Bewering", iban: claimed, verified: false)
        let waiting = try await batch(
            [TestCredit("Bewering", claimed, "1.00"), TestCredit("Vrij", free, "2.00")],
            community
        )
        let text = try await letters(
            .createLetterTexts,
            of: waiting,
            by: community.administrator
        ).text
        #expect(try codes(text).count == 1 && text.contains("Aan: Vrij"))
        // The clerk has no right to letters, and whoever has both offices none to those of own files.
        let clerk = try await letters(.createLetters, of: waiting, by: community.clerk)
        #expect(clerk.problemType == .insufficientScope)
        let both = try await community.administrator.register(
            "Dubbelrol",
            [.benefitsClerk, .counterEmployee],
            of: community.institution
        )
        let programme = try await community.fundedProgramme()
        let own = try await both.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(
                TestPaymentFile.xml([TestCredit("A", TestIBAN.number(842), "1.00")]).utf8
            )
        ).decode(Batch.self)
        try await community.approve(own.id)
        let answer = try await letters(.createLetters, of: own, by: both)
        #expect(answer.problemType == .secondPersonRequired)
    }

    @Test func `whose connection broke gets the same letters again`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let waiting = try await batch([TestCredit("Een", TestIBAN.number(860), "10.00")], community)
        let counter = community.administrator
        let answers = [(API.Operation.createLetterTexts, ""), (.createLetters, "line=1")]
        for (operation, query) in answers {
            let key = "post-\(operation.id)"
            let ask = { (query: String) in
                try await letters(operation, of: waiting, query: query, by: counter, key: key)
            }
            let (first, again) = (try await ask(query), try await ask(query))
            #expect(first.status == 200 && first.headers["idempotency-replayed"] == nil)
            #expect(again.status == 200 && again.headers["idempotency-replayed"] == "true")
            #expect(again.body == first.body && !first.body.isEmpty)
            let disposition = "content-disposition"
            #expect(again.headers[disposition] == first.headers[disposition])
            #expect(try await ask("line=1&language=en").problemType == .idempotencyKeyReused)
        }
    }

    @Test func `of a code only its hash is kept, and the answer sealed`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let waiting = try await batch([TestCredit("Een", TestIBAN.number(850), "10.00")], community)
        let text = try await letters(
            .createLetterTexts,
            of: waiting,
            by: community.administrator
        ).text
        let code = try codes(text)[0]
        let people = try await OpenedDatabase.shared.owner.query(
            """
            SELECT count(*) FROM accounts.activation_code a
              JOIN accounts.party p ON p.community_id = a.community_id AND p.id = a.party_id
             WHERE a.community_id = \(community.id.uuid) AND p.iban_verified_at IS NOT NULL
               AND p.iban_verified_by <> p.iban_linked_by AND length(a.code_hash) = 32
               AND a.code_hash <> \(Array(code.utf8))
            """
        ) { try $0.one().decode(Int64.self) }
        #expect(people == 1)
        let readable = try await OpenedDatabase.shared.owner.query(
            """
            SELECT count(*), count(*) FILTER (WHERE position(\(Array(code.utf8)) IN body) > 0)
              FROM disbursement.idempotency_record
             WHERE community_id = \(community.id.uuid) AND operation = 'createLetterTexts'
            """
        ) { try $0.one().decode(Int64.self, Int64.self) }
        #expect(readable == (1, 0))
    }
}
