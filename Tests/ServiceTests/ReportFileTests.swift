import API
import Foundation
import ISO20022
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
}
