import API
import Foundation
import Postgres
import TestSupport
import Testing

/// Somebody's lines, whatever file they are in.
@Suite struct LineSearchTests {
    @Test func `an account finds its lines in all files, the newest first, page by page`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programmes = [
            try await community.fundedProgramme("100.00"),
            try await community.fundedProgramme("100.00"),
        ]
        let (number, other) = (TestIBAN.number(101), TestIBAN.number(102))
        var batches: [Identifier] = []
        for (programme, value) in zip(programmes, ["10.00", "11.00"]) {
            let credits = [
                TestCredit("A", number, value), TestCredit("B", other, value),
                TestCredit("A", number, value),
            ]
            let batch = try await community.submit(TestPaymentFile.xml(credits), to: programme.id)
                .decode(Batch.self)
            batches.append(batch.id)
        }
        let wanted = LineSearch(iban: number)
        let all = try await community.find(wanted)
        #expect(all.next == nil)
        #expect(all.items.map(\.batchId) == [batches[1], batches[1], batches[0], batches[0]])
        #expect(all.items.map(\.instruction.line) == [1, 3, 1, 3])
        #expect(all.items.allSatisfy { $0.instruction.state == .acceptable })

        var (pages, cursor): ([FoundLine], String?) = ([], nil)
        repeat {
            let page = try await community.find(LineSearch(iban: number, limit: 1, cursor: cursor))
            #expect(page.items.count == 1)
            pages += page.items
            cursor = page.next
        } while cursor != nil
        #expect(pages == all.items)

        let one = try await community.find(
            LineSearch(iban: number, programmeId: programmes[0].id)
        )
        #expect(one.items == Array(all.items.suffix(2)))
        let elsewhere = try await TestCommunity.make()
        #expect(try await elsewhere.find(wanted).items.isEmpty)
    }

    @Test func `a person is found by every name of a file that counts`() async throws {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let number = TestIBAN.number(103)
        let person = try await community.registerPerson("A", iban: number)
        let resident = try await community.enrol(person)
        let link = try await community.link("K-7001", to: person.id)
            .decode(LinkedClientNumber.self)
        try await community.credit([TestCredit("A", number, "10.00")], programme: programme)
        let lines = [
            #""iban":"\#(number)""#, #""account":"k-7001","accountKind":"clientNumber""#,
            #""account":"nobody.here","accountKind":"alias""#,
        ].map { #"{"name":"A",\#($0),"amount":"10.01"}"# }
        let batch = try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(#"{"lines":[\#(lines.joined(separator: ","))]}"#.utf8),
            headers: ["Content-Type": "application/json"]
        ).decode(Batch.self)
        #expect(batch.count == 3)
        func found() async throws -> [Int] {
            try await community.find(LineSearch(personId: person.id)).items
                .filter { $0.batchId == batch.id }.map(\.instruction.line)
        }
        #expect(try await found().count == 1)
        _ = try await community.confirm(link, "K-7001", by: community.colleague)
            .decode(LinkedClientNumber.self)
        #expect(try await found().count == 2)
        #expect(
            try await community.find(LineSearch(clientNumber: "K-7001")).items.map(\.batchId)
                == [batch.id]
        )
        let credited = try await community.find(LineSearch(personId: person.id)).items
            .filter { $0.instruction.state == .credited }
        #expect(credited.count == 1)
        #expect(try await resident.available() == "10.00")
    }

    @Test
    func `a payer's identification finds its line, and old files only when they are asked for`()
        async throws
    {
        let community = try await TestCommunity.make()
        let programme = try await community.fundedProgramme("100.00")
        let xml = TestPaymentFile.xml([TestCredit("A", TestIBAN.number(104), "10.00")])
        let batch = try await community.submit(
            xml.replacing(">NOTPROVIDED</EndToEndId>", with: ">ZAAK-104</EndToEndId>"),
            to: programme.id
        ).decode(Batch.self)
        #expect(try await community.find(LineSearch(endToEndId: "ZAAK-10")).items.isEmpty)
        let wanted = LineSearch(endToEndId: "ZAAK-104")
        #expect(try await community.find(wanted).items.map(\.batchId) == [batch.id])
        try await community.change(
            """
            UPDATE disbursement.batch SET submitted_at = submitted_at - interval '100 days'
             WHERE id = \(batch.id.uuid)
            """
        )
        #expect(try await community.find(wanted).items.isEmpty)
        let older = LineSearch(endToEndId: "ZAAK-104", fromOn: TestPaymentFile.day(in: -120))
        #expect(try await community.find(older).items.map(\.batchId) == [batch.id])
    }

    @Test func `a search asks for one thing that can be`() async throws {
        let community = try await TestCommunity.make()
        let wrong: [(LineSearch, ProblemType)] = [
            (LineSearch(), .invalidRequest),
            (LineSearch(iban: TestIBAN.number(105), endToEndId: "E"), .invalidRequest),
            (LineSearch(iban: "NL00INGB0004418702"), .invalidRequest),
            (LineSearch(clientNumber: "999990019"), .invalidRequest),
            (LineSearch(endToEndId: "E", fromOn: "2026-02-30"), .invalidRequest),
            (LineSearch(endToEndId: "E", fromOn: "2001-01-01"), .invalidRequest),
            (LineSearch(endToEndId: "E", limit: 251), .invalidRequest),
            (LineSearch(endToEndId: "E", cursor: "x"), .invalidRequest),
            (LineSearch(endToEndId: "E", cursor: "x_1"), .invalidRequest),
            (LineSearch(personId: nobody), .unknownParty),
        ]
        for (search, problem) in wrong {
            let answer = try await community.clerk.call(.searchLines, body: search)
            #expect(answer.problemType == problem, "\(search) \(answer.text)")
        }
    }

    /// The id of nobody.
    private var nobody: Identifier { Identifier(UUID()) }
}

extension TestCommunity {
    /// The approver looks for lines.
    fileprivate func find(_ search: LineSearch) async throws -> Page<FoundLine> {
        try await approver.call(.searchLines, body: search).decode(Page<FoundLine>.self)
    }
}
