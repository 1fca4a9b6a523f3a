import API
import Foundation
import Postgres
import TestSupport
import Testing

/// By what the database finds that another file pays the same already.
@Suite struct RepeatKeyTests {
    private static let texts: [String?] = [
        nil, "", " ", "  ", "\t", "Leefgeld", "leefgeld", " Leefgeld", "Leefgeld ", "Leefgeld mei",
        "LEEFGELD  MEI", "leefgeld\tmei", "leefgeld\n mei", "\tLeefgeld mei",
        " \u{2003}Leefgeld mei",
        "leefgeldmei", "Été\u{A0}mei", "été\u{A0}mei", "ÉTÉ MEI", "Leef\u{2003}geld", "BRIL",
    ]

    @Test func `purposes are the same whatever their case and spaces`() async throws {
        let opened = try await OpenedDatabase.shared
        // As it is meant, beside the way that mends no text in which there is nothing to mend.
        let differing = try await opened.owner.query(
            """
            WITH text AS (
                SELECT t, disbursement.stated_purpose(NULL, t) AS stated,
                       coalesce(lower(regexp_replace(btrim(t), '\\s+', ' ', 'g')), '') AS meant
                  FROM unnest(\(Self.texts)) AS t)
            SELECT count(*) FILTER (WHERE stated <> meant),
                   count(DISTINCT disbursement.repeat_key('\\x01', NULL, 100, NULL, t))
                       - count(DISTINCT meant)
              FROM text
            """
        ) { try $0.one().decode(Int.self, Int.self) }
        #expect(differing == (0, 0))
        let keys = try await opened.owner.query(
            """
            SELECT count(DISTINCT k)
              FROM unnest(ARRAY[
                   disbursement.repeat_key('\\x01', NULL, 100, 'BENE', 'a'),
                   disbursement.repeat_key('\\x01', NULL, 100, 'BENE', 'b'),
                   disbursement.repeat_key('\\x01', NULL, 101, 'BENE', 'a'),
                   disbursement.repeat_key('\\x02', NULL, 100, 'BENE', 'a'),
                   disbursement.repeat_key(NULL, 'a', 100, 'BENE', 'a'),
                   disbursement.repeat_key('\\x01', NULL, 100, NULL, 'a')]) AS k
            """
        ) { try $0.one().decode(Int.self) }
        #expect(keys == 5)
    }

    /// Where many lines of two files are equal, not every pair of them is looked at.
    @Test func `of many equal lines the first is named`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("900.00")
        let number = TestIBAN.number(57)
        let credits = Array(repeating: TestCredit("A", number, "0.01"), count: 1_500)
        let first = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(first.state == .validated)
        let second = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(second.counts.parked == 1_500)
        let page = try await community.clerk.call(
            .listInstructions,
            ["batchId": "\(second.id)"],
            query: "limit=100&state=parked"
        ).decode(Page<Instruction>.self)
        #expect(page.items.count == 100)
        #expect(
            page.items.allSatisfy { $0.repeats == RepeatedLine(batchId: first.id, line: 1) }
        )
    }

    @Test func `keys go with the creditor whom they are made of`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let numbers = [58, 59].map { TestIBAN.number($0) }
        for number in numbers { _ = try await community.enrolPerson("A", iban: number) }
        let credits = numbers.map { TestCredit("A", $0, "10.00") }
        let first = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(try await community.approve(first.id).counts.credited == 2)
        let opened = try await OpenedDatabase.shared
        func kept() async throws -> [Int32] {
            try await opened.owner.query(
                """
                SELECT coalesce(array_agg(s.nr ORDER BY s.nr), '{}')
                  FROM disbursement.repeat_keys k
                 CROSS JOIN LATERAL unnest(k.nrs, k.keys) AS s (nr, key)
                  JOIN disbursement.instruction i
                    ON i.community_id = k.community_id AND i.batch_id = k.batch_id
                   AND i.nr = s.nr
                   AND s.key = disbursement.repeat_key(i.creditor_hash, i.alias, i.amount,
                                                       i.purpose, i.remittance)
                 WHERE k.batch_id = \(first.id.uuid)
                """
            ) { try $0.one().decode([Int32].self) }
        }
        #expect(try await kept() == [1, 2])
        let answer = try await opened.owner.query(
            """
            SELECT disbursement.erase_person(i.community_id, ARRAY[i.creditor_hash], '{}', '{}')
              FROM disbursement.instruction i WHERE i.batch_id = \(first.id.uuid) AND i.nr = 1
            """
        ) { try $0.one().decode(String.self) }
        #expect(answer == "erased")
        #expect(try await kept() == [2])
        let left = try await opened.owner.query(
            """
            SELECT sum(cardinality(keys)) FROM disbursement.repeat_keys
             WHERE batch_id = \(first.id.uuid)
            """
        ) { try $0.one().decode(Int.self) }
        #expect(left == 1)
        let second = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
            .decode(Batch.self)
        #expect(second.counts.parked == 1 && second.counts.acceptable == 1)

        try await opened.owner.transaction { connection in
            // Credits stand still for everybody.
            try connection.execute("SET LOCAL session_replication_role = replica")
            try connection.execute(
                """
                UPDATE disbursement.credit SET credited_at = '2001-01-01'
                 WHERE batch_id = \(first.id.uuid)
                """
            )
        }
        try await opened.owner.execute(
            """
            UPDATE disbursement.batch SET submitted_at = '2001-01-01', done_at = '2001-01-01'
             WHERE id = \(first.id.uuid)
            """
        )
        _ = try await opened.owner.query(
            "SELECT disbursement.forget_creditors('2001-01-02', 1000)"
        ) { try $0.one().decode(Int.self) }
        #expect(try await kept() == [])
    }
}
