import API
import Foundation
import ISO20022
import TestSupport
import Testing

/// Real and broken payment files through the service: its verdict is the offline check's, and no
/// bad file credits anybody.
@Suite(
    .enabled(
        if: PackageRoot.hasSharedData,
        "skipped: the shared test data does not stand beside this checkout"
    )
)
struct RealFilesTests {
    private static func files(_ folder: String) throws -> [URL] {
        guard let data = PackageRoot.sharedData else { return [] }
        return try FileManager.default.contentsOfDirectory(
            at: data.appending(path: "iso20022/\(folder)"),
            includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "xml" }.sorted { $0.path < $1.path }
    }

    @Test(arguments: ["samples", "generated", "invalid"])
    func `the service says what the offline check says, and credits only after approval`(
        folder: String
    ) async throws {
        let community = try await TestCommunity.make()
        let files = try Self.files(folder)
        #expect(files.count > 5)
        for file in files {
            let programme = try await community.fundedProgramme("1.00")
            let answer = try await community.clerk.send(
                .submitBatch,
                ["programmeId": "\(programme.id)"],
                bytes: try Data(contentsOf: file)
            )
            let name = file.lastPathComponent
            // Two samples carry one MsgId, and every invalid file that of its valid original.
            if answer.problemType == .messageIdReused { continue }
            let batch = try answer.decode(Batch.self)
            let offline = PaymentFileCheck.check(paths: [file.path])[0]
            #expect((batch.state == .validated) == (offline.verdict == .acceptable), "\(name)")
            if batch.state == .refused {
                try await requireExplained(batch, offline, community, name)
            }
        }
        let books = try await community.books()
        #expect(books.circulation == books.reserve)
    }

    private func requireExplained(
        _ batch: Batch,
        _ offline: PaymentFileCheck.CheckedFile,
        _ community: TestCommunity,
        _ name: String
    ) async throws {
        let findings = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"],
            query: "limit=250"
        ).decode(Page<API.Finding>.self).items
        let codes = Set(findings.filter { $0.severity == .refusal }.map(\.code))
        let expected = Set(
            offline.findings.filter { $0.severity == .refusal }.map(\.code.rawValue)
        )
        #expect(codes == expected && !codes.isEmpty, "\(name)")
        #expect(findings.allSatisfy { $0.text.count > 10 && $0.textDutch.count > 10 }, "\(name)")
        let approval = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        )
        #expect(approval.problemType == .batchNotApprovable, "\(name)")
    }

    @Test func `a municipal file pays everyone it names`() async throws {
        let community = try await TestCommunity.make()
        let file = try #require(
            try Self.files("generated").first { $0.lastPathComponent.hasPrefix("municipal") }
        )
        var credits: [CreditTransfer] = []
        let reader = PaymentFileReader { event in
            if case .creditTransfer(let transfer) = event { credits.append(transfer) }
        }
        reader.feed(try Data(contentsOf: file))
        #expect(reader.finish().verdict == .acceptable)
        guard case .iban(let iban) = credits[0].creditorAccount else {
            throw MissingMember(name: "iban")
        }
        let resident = try await community.enrolPerson("Burger", iban: iban.canonical)
        let programme = try await community.fundedProgramme("10000.00")
        let batch = try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: try Data(contentsOf: file)
        ).decode(Batch.self)
        let done = try await community.approve(batch.id)
        #expect(done.counts.credited + done.counts.waiting == 12)
        let own = credits.filter { $0.creditorAccount == .iban(iban) }
            .reduce(0) { $0 + $1.amountMinorUnits }
        #expect(try await resident.available() == DecimalAmount.text(own))
    }
}
