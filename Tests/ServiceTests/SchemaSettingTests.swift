import API
import Foundation
import LocalStack
import TestSupport
import Testing

/// A service whose operator has put schemas where it looks for them.
struct SchemaSettingTests {
    @Test func `a file that the operator's schema does not allow is refused as a whole`()
        async throws
    {
        let folder = try TestSchemas.directory()
        defer { try? FileManager.default.removeItem(at: folder) }
        let community = try await TestCommunity.make(rules: nil)
        let strict = try await TestSchemas.service(readingFrom: folder, beside: community.stack)
        defer { Task { await strict.stop() } }
        var urls = community.clerk.urls
        let address: String = try #require(await strict.url)
        urls[.disbursement] = address
        let clerk = community.clerk.at(urls)
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(
            of: programme.id,
            FileSettingsCreation(acceptance: .goodLines)
        )
        func submit(_ messageID: String, by client: TestClient) async throws -> Batch {
            let credit = TestCredit("A", TestIBAN.number(71), "10.00")
            return try await client.send(
                .submitBatch,
                ["programmeId": "\(programme.id)"],
                bytes: Data(TestPaymentFile.xml([credit], messageID: messageID).utf8)
            ).decode(Batch.self)
        }
        let refused = try await submit("wijkstad 1", by: clerk)
        #expect(refused.state == .refused)
        let findings = try await clerk.call(.listFindings, ["batchId": "\(refused.id)"])
            .decode(Page<API.Finding>.self).items.filter { $0.severity == .refusal }
        #expect(findings.map(\.path) == ["GrpHdr/MsgId"] && findings.map(\.code) == ["FF01"])
        #expect(findings.allSatisfy { $0.level == .file && $0.textDutch.contains("schema") })
        #expect(try await submit("WIJKSTAD-1", by: clerk).state == .validated)
        // Where no schemas are, nobody asks.
        #expect(try await submit("wijkstad 2", by: community.clerk).state != .refused)
    }
}
