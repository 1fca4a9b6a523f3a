import API
import Foundation
import ISO20022
import LocalStack
import Postgres
import TestSupport
import Testing

/// Reports of batches as files, of more lines than are read at once.
struct ReportFileTests {
    private static let good = 3_500
    private static let bad = 700

    /// A list with two blocks, the first of good lines and the second of bad ones.
    private static let list: String = {
        let day = TestPaymentFile.day(in: -1)
        let rows =
            (1...good).map { "Inwoner \($0);\(TestIBAN.number($0));1,00;;G\($0)" }
            + (1...bad).map { "Inwoner \($0);NL00TEST0000000001;1,00;\(day);B\($0)" }
        return "naam;iban;bedrag;uitvoerdatum;kenmerk\n" + rows.joined(separator: "\n")
    }()

    private func submitted() async throws -> (TestCommunity, Batch) {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("10000.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines, execution: .atOnce)
        )
        let answer = try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(Self.list.utf8),
            headers: ["Content-Type": MediaType.csv]
        )
        return (community, try answer.decode(Batch.self))
    }

    @Test func `a report of many lines tells each of them once, as a bank would read it`()
        async throws
    {
        let (community, batch) = try await submitted()
        #expect(batch.state == .validated && batch.counts.acceptable == Self.good)
        try await community.approve(batch.id)
        let report = try await community.clerk.call(.getStatusReport, ["batchId": "\(batch.id)"])
        #expect(report.headers["content-type"] == MediaType.xml)
        var answers: [PaymentAnswer] = []
        let reader = BankMessageReader { event in
            if case .answer(let answer) = event { answers.append(answer) }
        }
        reader.feed(Array(report.text.utf8))
        let read = reader.finish()
        #expect(read.refusal == nil)
        let lines = answers.filter { $0.scope == .transfer }
        #expect(
            lines.map(\.originalEndToEndID)
                == (1...Self.good).map { "G\($0)" } + (1...Self.bad).map { "B\($0)" }
        )
        #expect(lines.prefix(Self.good).allSatisfy { $0.status == "PDNG" })
        #expect(lines.suffix(Self.bad).allSatisfy { $0.status == "RJCT" && $0.reason == "AC03" })
        #expect(answers.filter { $0.scope == .payment }.map(\.status) == ["PDNG", "RJCT"])
        #expect(answers.first?.status == "PART")
    }

    @Test func `all findings are rows of one file, whoever may read them`() async throws {
        let (community, batch) = try await submitted()
        let path = ["batchId": "\(batch.id)"]
        let file = try await community.approver.call(.getFindingsCSV, path)
        #expect(file.status == 200 && file.headers["content-type"] == MediaType.csv)
        let rows = file.text.split(separator: "\r\n")
        #expect(rows.count == 1 + batch.findingCount && batch.findingCount >= Self.bad)
        #expect(rows[0] == "\u{FEFF}level;line;sourceLine;path;severity;code;textDutch;textEnglish")
        let first =
            "line;\(Self.good + 1);\(Self.good + 2);row[\(Self.good + 1)]/iban;refusal;AC03;"
        #expect(rows.contains { $0.hasPrefix(first) })
        let other = try await TestCommunity.make(rules: nil)
        #expect(try await other.clerk.call(.getFindingsCSV, path).problemType == .notFound)
    }

    /// What a camt.054 tells, one text per movement.
    private func booked(
        for batch: Batch,
        day: String? = nil,
        _ community: TestCommunity
    ) async throws -> [String] {
        let answer = try await community.clerk.call(
            .getCreditNotification,
            ["batchId": "\(batch.id)"],
            query: day.map { "day=\($0)" } ?? ""
        )
        #expect(answer.status == 200 && answer.headers["content-type"] == MediaType.xml)
        var movements: [String] = []
        let reader = BankMessageReader { event in
            guard case .movement(let movement) = event else { return }
            let cents = movement.amountMinorUnits ?? 0
            movements.append(
                "\(movement.originalPaymentID ?? "-") \(movement.isCredit ? "+" : "-")\(cents) "
                    + "\(movement.returnReason ?? movement.transactionCode)"
            )
            #expect(movement.originalMessageID == batch.messageId && movement.isBooked)
        }
        reader.feed(Array(answer.text.utf8))
        let read = reader.finish()
        #expect(read.refusal == nil && read.type == .camt05400108)
        return movements
    }

    @Test func `what left a programme and what came back is notified with the file's references`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00", waitingDays: 30)
        let number = TestIBAN.number(Int.random(in: 1_000_000...999_999_999))
        let resident = try await community.enrolPerson("Ontvanger", iban: number)
        let xml = TestPaymentFile.xml([
            TestCredit("Ontvanger", number, "10.00"),
            TestCredit("Later", TestIBAN.number(640), "40.00"),
        ])
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        #expect(try await booked(for: batch, community) == [])
        try await community.approve(batch.id)
        let paid = ["P1 -1000 PMNT-ICDT-BOOK", "P2 -4000 PMNT-ICDT-BOOK"]
        #expect(try await booked(for: batch, community) == paid)
        let grant = try #require(try await community.grants(of: resident).first).id
        let recall = try await community.recall(grant, "verhuisd", atMost: "4.00")
            .decode(Recall.self)
        try await community.endWaiting(of: recall.id)
        _ = try await community.recall(recall.id, in: .done)
        _ = try await OpenedDatabase.shared.owner.execute(
            """
            UPDATE disbursement.instruction SET waiting_since = now() - interval '31 days'
             WHERE batch_id = \(batch.id.uuid)
            """
        )
        _ = try await eventually("the coins return") {
            try await community.batch(batch.id).counts.returned == 1 ? true : nil
        }
        let all = [paid[0], "P1 +400 FOCR", paid[1], "P2 +4000 BE06"]
        #expect(try await booked(for: batch, community) == all)
        // The days of the community begin when they do; each entry is in one of them.
        var found: [String] = []
        for day in (-2...1).map(TestPaymentFile.day) {
            found += try await booked(for: batch, day: day, community)
        }
        #expect(found.sorted() == all.sorted())
        #expect(try await booked(for: batch, day: "2020-01-06", community) == [])
        let wrong = try await community.clerk.call(
            .getCreditNotification,
            ["batchId": "\(batch.id)"],
            query: "day=2026-02-30"
        )
        #expect(wrong.problemType == .invalidRequest)
        let other = try await TestCommunity.make(rules: nil)
        let foreign = try await other.clerk.call(
            .getCreditNotification,
            ["batchId": "\(batch.id)"]
        )
        #expect(foreign.problemType == .notFound)
    }
}
