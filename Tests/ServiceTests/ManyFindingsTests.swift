import API
import Foundation
import TestSupport
import Testing

/// Files of which more is to be said than is listed: what is good of them is paid all the same.
@Suite struct ManyFindingsTests {
    /// More than are kept of one severity at one level.
    private static let many = 1_001

    /// A Saturday ten weeks from now: the next day on which banks are open is told for each block.
    private static let saturday: Int = {
        let today = Int(Date().timeIntervalSince1970) / 86_400
        // 1970 began on a Thursday.
        return (70..<77).first { (today + $0) % 7 == 2 } ?? 70
    }()

    private func submitted(_ xml: String) async throws -> (TestCommunity, Batch) {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines, execution: .atOnce)
        )
        let batch = try await community.submit(xml, to: programme.id).decode(Batch.self)
        return (community, batch)
    }

    /// The findings as CSV, without the names of the columns.
    private func rows(of batch: Batch, in community: TestCommunity) async throws -> [Substring] {
        let answer = try await community.clerk.call(
            .getFindingsCSV,
            ["batchId": "\(batch.id)"]
        )
        return answer.text.split(separator: "\r\n").dropFirst().map(\.self)
    }

    @Test func `more remarks than are listed refuse nothing`() async throws {
        let good = (0..<Self.many).map { TestCredit("A", TestIBAN.number(2_000 + $0), "0.01") }
        let bad = TestCredit("B", "NL00TEST0000000001", "0.01")
        let (community, batch) = try await submitted(
            TestPaymentFile.xml(good + [bad], executionInDays: Self.saturday)
        )
        #expect(batch.state == .validated && batch.payable?.value == "10.01")
        #expect(batch.counts.acceptable == Self.many && batch.counts.refused == 1)
        let rows = try await rows(of: batch, in: community)
        #expect(rows.count { $0.contains(";refusal;AC03;") } == 1)
        let refusals = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"],
            query: "severity=refusal&limit=5"
        ).decode(Page<Finding>.self)
        #expect(refusals.items.map(\.code) == ["AC03"] && refusals.next == nil)
        // What is counted and not listed is told by the last of those that are.
        #expect(rows.last?.hasPrefix("file;") == true && rows.last?.contains(";NARR;") == true)
        #expect(rows.count < batch.findingCount)
        #expect(rows.last?.contains("\(batch.findingCount - rows.count) more findings") == true)
    }

    @Test func `more bad lines than are listed leave the good ones`() async throws {
        let good = [
            TestCredit("A", TestIBAN.number(3_001), "10.00"),
            TestCredit("B", TestIBAN.number(3_002), "20.00"),
        ]
        let bad = Array(repeating: TestCredit("C", "NL00TEST0000000001", "1.00"), count: Self.many)
        let (community, batch) = try await submitted(
            TestPaymentFile.xml([good[0]] + bad + [good[1]])
        )
        #expect(batch.state == .validated && batch.payable?.value == "30.00")
        #expect(batch.counts.acceptable == 2 && batch.counts.refused == Self.many)
        let rows = try await rows(of: batch, in: community)
        #expect(rows.count { $0.contains(";refusal;AC03;") } == 1_000)
        #expect(rows.last?.contains("\(batch.findingCount - rows.count) more findings") == true)
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(batch.id)"]
        )
        #expect(report.text.split(separator: "<Cd>AC03</Cd>").count == Self.many + 1)
        #expect(try await community.approve(batch.id).counts.waiting == 2)
    }

    @Test func `what refuses the file is told behind any number of lines`() async throws {
        let credits = Array(
            repeating: TestCredit("C", "NL00TEST0000000001", "1.00"),
            count: Self.many
        )
        let good = TestCredit("A", TestIBAN.number(3_003), "10.00")
        let (community, batch) = try await submitted(
            TestPaymentFile.xml(credits + [good], count: 7)
        )
        #expect(batch.state == .refused && batch.counts.acceptable == 1)
        let rows = try await rows(of: batch, in: community)
        #expect(rows.count { $0.hasPrefix("file;") && $0.contains(";refusal;AM19;") } == 1)
        let report = try await community.clerk.call(
            .getStatusReport,
            ["batchId": "\(batch.id)"]
        )
        #expect(report.text.contains("<Cd>NARR</Cd>"))
    }

    @Test func `a block that is refused at its end takes only its own lines with it`() async throws
    {
        let credits = (0..<3).map { TestCredit("A", TestIBAN.number(3_010 + $0), "10.00") }
        // All blocks are named alike: the second one is refused, and no other.
        var blocks = TestPaymentFile.xml(credits).components(separatedBy: "<PmtInf>")
        blocks[2] = blocks[2].replacing("<NbOfTxs>1<", with: "<NbOfTxs>2<")
        let xml = blocks.joined(separator: "<PmtInf>")
            .replacing(/<PmtInfId>P\d/, with: "<PmtInfId>P")
        let (community, batch) = try await submitted(xml)
        #expect(batch.state == .validated && batch.payable?.value == "20.00")
        let lines = try await community.clerk.call(
            .listInstructions,
            ["batchId": "\(batch.id)"]
        ).decode(Page<Instruction>.self).items
        #expect(lines.map(\.state) == [.acceptable, .refused, .acceptable])
    }
}
