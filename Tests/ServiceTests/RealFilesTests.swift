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
    /// How many files each folder of the test data has.
    private static let counts = ["samples": 13, "generated": 6, "invalid": 36]

    @Test func `every file of the test data is judged`() {
        for (folder, count) in Self.counts {
            #expect(RealFile.all.count { $0.folder == folder } == count, "\(folder)")
        }
    }

    /// Most of the invalid files carry the message id of their valid original, so each has a
    /// community of its own.
    @Test(arguments: RealFile.all)
    func `the service says what the offline check says, and credits nobody`(
        file: RealFile
    ) async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1.00")
        let batch = try await community.upload(file, to: programme).decode(Batch.self)
        let today = CalendarDate(daysSinceEpoch: 20_500)
        let offline = PaymentFileCheck.check(paths: [file.url.path], today: today)[0]
        #expect(batch.state == (offline.verdict == .acceptable ? .validated : .refused))
        if batch.state == .refused {
            try await expectExplained(batch, offline, community)
            let approval = try await community.approver.call(
                .approveBatch,
                ["batchId": "\(batch.id)"],
                body: BatchApproval()
            )
            #expect(approval.problemType == .batchNotApprovable)
        }
        let seen = try await community.clerk.call(.getBatch, ["batchId": "\(batch.id)"])
            .decode(Batch.self)
        #expect(seen.state == batch.state)
        #expect(seen.counts.credited == 0 && seen.counts.waiting == 0)
        let budget = try await community.budget(of: programme)
        #expect(budget.available.value == "1.00")
        #expect(budget.reserved.value == "0.00" && budget.paid.value == "0.00")
        let books = try await community.books()
        #expect(books.circulation == "1.00" && books.reserve == "1.00")
    }

    private func expectExplained(
        _ batch: Batch,
        _ offline: PaymentFileCheck.CheckedFile,
        _ community: TestCommunity
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
        #expect(codes == expected && !codes.isEmpty)
        #expect(findings.allSatisfy { $0.text.count > 10 && $0.textDutch.count > 10 })
    }

    @Test(arguments: ["v03", "v09"])
    func `a message that is sent again credits nobody twice`(version: String) async throws {
        let original = try RealFile.named("\(version)-duplicate-message-replay.xml")
        // The same message with a byte order mark says the same; with another creditor it does not.
        let marked = try RealFile.named("\(version)-utf8-bom.xml")
        let altered = try RealFile.named("\(version)-iban-foreign.xml")
        let community = try await TestCommunity.make(rules: nil)
        let credits = try original.credits()
        let iban = try #require(credits.first?.iban)
        let resident = try await community.enrolPerson("Burger", iban: iban.canonical)
        let own = credits.filter { $0.iban == iban }.reduce(0) { $0 + $1.amountMinorUnits }
        let all = credits.reduce(0) { $0 + $1.amountMinorUnits }
        let programme = try await community.fundedProgramme("10000.00")
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let batch = try await community.upload(original, to: programme).decode(Batch.self)

        func sendAgain() async throws {
            for file in [original, marked] {
                let same = try await community.upload(file, to: programme)
                #expect(same.status == 200 && same.headers["wijkmunt-duplicate"] == "true")
                #expect(try same.decode(Batch.self).id == batch.id)
            }
            let other = try await community.upload(altered, to: programme)
            #expect(other.problemType == .messageIdReused)
            #expect(other.problem?.batchId == batch.id)
        }
        try await sendAgain()
        try await community.approve(batch.id)
        try await sendAgain()
        let approval = try await community.approver.call(
            .approveBatch,
            ["batchId": "\(batch.id)"],
            body: BatchApproval()
        )
        #expect(approval.problemType == .batchNotApprovable)

        #expect(try await resident.available() == DecimalAmount.text(own))
        let budget = try await community.budget(of: programme)
        #expect(budget.available.value == DecimalAmount.text(1_000_000 - all))
        let batches = try await community.clerk.call(.listBatches).decode(Page<Batch>.self).items
        #expect(batches.map(\.id) == [batch.id])
    }

    @Test func `a municipal file pays everyone it names`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let file = try RealFile.named("municipal-shape-v03-12pmtinf-notprovided.xml")
        let credits = try file.credits()
        let iban = try #require(credits.first?.iban)
        let resident = try await community.enrolPerson("Burger", iban: iban.canonical)
        let programme = try await community.fundedProgramme("10000.00")
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let batch = try await community.upload(file, to: programme).decode(Batch.self)
        let done = try await community.approve(batch.id)
        #expect(done.counts.credited + done.counts.waiting == 12)
        let own = credits.filter { $0.iban == iban }.reduce(0) { $0 + $1.amountMinorUnits }
        #expect(try await resident.available() == DecimalAmount.text(own))
    }
}

/// A payment file of the shared test data.
struct RealFile: Sendable, CustomTestStringConvertible {
    let folder: String
    let url: URL

    var testDescription: String { "\(folder)/\(url.lastPathComponent)" }

    /// All of them; none where the test data is absent.
    static let all: [RealFile] = {
        guard let data = PackageRoot.sharedData else { return [] }
        return ["samples", "generated", "invalid"].flatMap { folder in
            let urls = try? FileManager.default.contentsOfDirectory(
                at: data.appending(path: "iso20022/\(folder)"),
                includingPropertiesForKeys: nil
            )
            return (urls ?? []).filter { $0.pathExtension == "xml" }
                .sorted { $0.path < $1.path }.map { RealFile(folder: folder, url: $0) }
        }
    }()

    static func named(_ name: String) throws -> RealFile {
        try #require(all.first { $0.url.lastPathComponent == name }, "\(name)")
    }

    /// What it asks to pay; the file has to be acceptable.
    func credits() throws -> [CreditTransfer] {
        var credits: [CreditTransfer] = []
        let reader = PaymentFileReader { event in
            if case .creditTransfer(let transfer) = event { credits.append(transfer) }
        }
        reader.feed(try Data(contentsOf: url))
        #expect(reader.finish().verdict == .acceptable)
        return credits
    }
}

extension CreditTransfer {
    /// The creditor's IBAN, where it is named by one.
    fileprivate var iban: IBAN? {
        if case .iban(let iban) = creditorAccount { iban } else { nil }
    }
}

extension TestCommunity {
    fileprivate func upload(_ file: RealFile, to programme: Programme) async throws -> TestAnswer {
        try await clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: try Data(contentsOf: file.url)
        )
    }

    fileprivate func budget(of programme: Programme) async throws -> ProgrammeBudget {
        try await clerk.call(.getProgramme, ["programmeId": "\(programme.id)"])
            .decode(Programme.self).budget
    }
}
