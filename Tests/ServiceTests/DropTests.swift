import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// Payment files that are put into a directory.
@Suite(.timeLimit(.minutes(15))) struct DropTests {
    private func drop(
        _ community: TestCommunity,
        _ programme: Programme
    ) async throws -> TestDrop {
        let client = try await community.administrator.register(
            "Financieel pakket",
            [.benefitsClerk, .benefitsApprover],
            of: community.institution
        )
        return try TestDrop(for: programme.id, by: client, of: community)
    }

    @Test func `a file in a directory is handed in once, and its reports lie beside it`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let iban = TestIBAN.number(830_001)
        let resident = try await community.enrolPerson("Inwoner", iban: iban)
        let drop = try await drop(community, programme)
        let watchers = [
            try await drop.watcher(of: community.stack),
            try await drop.watcher(of: community.stack),
        ]
        let file = TestPaymentFile.xml([TestCredit("Inwoner", iban, "12.50")])
        try drop.put(Array(file.utf8), as: "uitkering.xml")
        let result = try await drop.result(of: "uitkering.xml")
        let batch = try #require(result.batch)
        #expect(result.outcome == "submitted" && batch.state == .validated)
        #expect(batch.submittedBy == drop.client.id && batch.fileName == "uitkering.xml")
        let base = "\(batch.id)-uitkering.xml"
        #expect(drop.done.contains("\(base).pain002.xml"))
        #expect(!FileManager.default.fileExists(atPath: drop.path + "/uitkering.xml"))
        // Even a client that may approve does not approve what its directory handed in.
        let own = try await drop.client.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        )
        #expect(own.problemType == .secondPersonRequired)
        try await community.approve(batch.id)
        #expect(try await resident.available() == "12.50")
        _ = try await eventually("the last report") {
            drop.done.contains("\(base).waiting") ? nil : true
        }
        let report = try String(
            contentsOfFile: "\(drop.path)/done/\(base).pain002.xml",
            encoding: .utf8
        )
        #expect(report.contains("<TxSts>ACSC</TxSts>"))
        #expect(try drop.results().first?.batch?.state == .done)
        // The same file again, by another name and by the API.
        try drop.put(Array(file.utf8), as: "nogmaals.xml")
        let again = try await drop.result(of: "nogmaals.xml")
        #expect(again.outcome == "known" && again.batch?.id == batch.id)
        #expect(try await community.submit(file, to: programme.id).status == 200)
        for watcher in watchers { await watcher.stop() }
        let trail = try await community.clerk.call(
            .listBatches,
            query: "programmeId=\(programme.id)"
        ).decode(Page<Batch>.self)
        #expect(trail.items.map(\.id) == [batch.id])
    }

    @Test func `what is no payment file is put away, and nothing outside is read`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let drop = try await drop(community, programme)
        let files = FileManager.default
        let file = Array(
            TestPaymentFile.xml([TestCredit("A", TestIBAN.number(830_002), "1.00")]).utf8
        )
        let outside = drop.path + ".json"
        let kept = try Data(contentsOf: URL(filePath: outside))
        try files.createSymbolicLink(
            atPath: drop.path + "/link.xml",
            withDestinationPath: outside
        )
        #expect(mkfifo(drop.path + "/pipe.xml", 0o600) == 0)
        try drop.put(file, as: "first.xml")
        try files.linkItem(atPath: drop.path + "/first.xml", toPath: drop.path + "/second.xml")
        try drop.put(file, as: "letter.docx")
        try drop.put(file, as: "a\nb.xml")
        try drop.put(file, as: String(repeating: "n", count: 200) + ".xml")
        let odd: [CChar] = (drop.path + "/").utf8.map { CChar(bitPattern: $0) } + [-1, -2, 0]
        close(open(odd, O_CREAT | O_WRONLY, 0o600))
        let huge = drop.path + "/.huge"
        #expect(files.createFile(atPath: huge, contents: nil))
        #expect(truncate(huge, 999_292_929) == 0 && rename(huge, drop.path + "/huge.xml") == 0)
        // These stay: a directory, and what is still being written.
        try files.createDirectory(
            atPath: drop.path + "/folder.xml",
            withIntermediateDirectories: false
        )
        try drop.put(file, as: "growing.xml.part")
        let watcher = try await drop.watcher(of: community.stack)
        let left: Set<String> = ["done", "folder.xml", "growing.xml.part"]
        _ = try await eventually("everything else is put away") {
            try Set(files.contentsOfDirectory(atPath: drop.path)) == left ? true : nil
        }
        let results = try drop.results()
        #expect(results.allSatisfy { $0.outcome == "refused" && $0.batch == nil })
        #expect(results.allSatisfy { $0.reason?.isEmpty == false })
        #expect(results.count == 9, "\(results)")
        await watcher.stop()
        let batches = try await community.clerk.call(
            .listBatches,
            query: "programmeId=\(programme.id)"
        ).decode(Page<Batch>.self)
        #expect(batches.items.isEmpty)
        #expect(try Data(contentsOf: URL(filePath: outside)) == kept)
    }

    @Test func `a client that was revoked hands nothing in`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let drop = try await drop(community, programme)
        let revoked = try await community.administrator.call(
            .revokeClient,
            ["clientId": "\(drop.client.id)"],
            body: ClientRevocation(reason: "weg")
        )
        #expect(revoked.status == 201)
        let file = TestPaymentFile.xml([TestCredit("A", TestIBAN.number(830_003), "1.00")])
        try drop.put(Array(file.utf8), as: "a.xml")
        // What is refused because of its name shows that the directory was looked at twice.
        try drop.put([], as: "b.txt")
        let watcher = try await drop.watcher(of: community.stack)
        _ = try await drop.result(of: "b.txt")
        try drop.put([], as: "c.txt")
        _ = try await drop.result(of: "c.txt")
        #expect(FileManager.default.fileExists(atPath: drop.path + "/a.xml"))
        await watcher.stop()
        let batches = try await community.clerk.call(
            .listBatches,
            query: "programmeId=\(programme.id)"
        ).decode(Page<Batch>.self)
        #expect(batches.items.isEmpty)
    }
}
