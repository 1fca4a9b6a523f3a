import API
import Foundation
import ISO20022
import TestSupport
import Testing

/// Lists (CSV) and bent files through the service.
struct PaymentListTests {
    private func submit(
        _ bytes: [UInt8],
        to programme: Programme,
        _ community: TestCommunity,
        type: String = MediaType.csv
    ) async throws -> TestAnswer {
        try await community.clerk.send(
            .submitBatch,
            ["programmeId": "\(programme.id)"],
            bytes: Data(bytes),
            headers: ["Content-Type": type]
        )
    }

    @Test func `a list is judged, approved and paid as a message is`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let iban = TestIBAN.number(7)
        let resident = try await community.enrolPerson("Zoë", iban: iban)
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let list = Array("naam;iban;bedrag\nZoë;\(iban);12,50\nJan;\(TestIBAN.number(8));5\n".utf8)
        let answer = try await submit(list, to: programme, community)
        let batch = try answer.decode(Batch.self)
        #expect(answer.status == 201 && batch.state == .validated)
        #expect(batch.count == 2 && batch.messageType == "csv" && batch.total?.value == "17.50")
        // The same list, quoted and with other line ends.
        let again = Array(
            "bedrag,naam,iban\r\n\"12,50\",Zoë,\(iban)\r\n5,Jan,\(TestIBAN.number(8))\r\n".utf8
        )
        let same = try await submit(again, to: programme, community, type: "text/csv;charset=utf-8")
        #expect(same.status == 200 && same.headers["wijkmunt-duplicate"] == "true")
        #expect(try same.decode(Batch.self).id == batch.id)
        try await community.approve(batch.id)
        #expect(try await resident.available() == "12.50")
        let report = try await community.clerk.call(.getStatusReport, ["batchId": "\(batch.id)"])
        #expect(report.status == 200)
    }

    @Test func `what is wrong with a list is told by row and column`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        let list =
            Array("naam;iban;bedrag;uitvoerdatum\nZo".utf8) + [0xEB]
            + Array(";NL58INGB0004418702;1.234;\(TestPaymentFile.bankDay)\n".utf8)
        let batch = try await submit(list, to: programme, community).decode(Batch.self)
        #expect(batch.state == .refused)
        let findings = try await community.clerk.call(
            .listFindings,
            ["batchId": "\(batch.id)"]
        ).decode(Page<API.Finding>.self).items
        #expect(Set(findings.map(\.code)) == ["CH20", "AC03", "RR10"])
        #expect(findings.contains { $0.path == "row[1]/amount" })
        for type in ["text/csv; charset=utf-7", "application/pdf", "text/plain"] {
            let refused = try await submit(list, to: programme, community, type: type)
            #expect(refused.problemType == .unsupportedMediaType, "\(type)")
        }
    }

    @Test func `a list as JSON is paid too, and is the list that came as CSV`() async throws {
        let community = try await TestCommunity.make(rules: nil)
        let iban = TestIBAN.number(7)
        let resident = try await community.enrolPerson("Zoë", iban: iban)
        let programme = try await community.fundedProgramme("100.00")
        try await community.setFiles(of: programme.id, FileSettingsCreation(execution: .atOnce))
        let json =
            "{\"lines\":[{\"name\":\"Zo\\u00eb\",\"iban\":\"\(iban)\",\"amount\":\"12,50\"}]}"
        let answer = try await submit(
            Array(json.utf8),
            to: programme,
            community,
            type: MediaType.json
        )
        let batch = try answer.decode(Batch.self)
        #expect(answer.status == 201 && batch.state == .validated)
        #expect(batch.messageType == "json" && batch.total?.value == "12.50")
        let list = Array("naam;iban;bedrag\nZoë;\(iban);12,50\n".utf8)
        #expect(try await submit(list, to: programme, community).decode(Batch.self).id == batch.id)
        try await community.approve(batch.id)
        #expect(try await resident.available() == "12.50")
    }

    @Test func `what is wrong with JSON is a finding with a pointer, and never a fault`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("100.00")
        func findings(_ json: String) async throws -> [API.Finding] {
            let batch = try await submit(
                Array(json.utf8),
                to: programme,
                community,
                type: "application/json; charset=utf-8"
            ).decode(Batch.self)
            #expect(batch.state == .refused, "\(json)")
            return try await community.clerk.call(.listFindings, ["batchId": "\(batch.id)"])
                .decode(Page<API.Finding>.self).items
        }
        let line = "{\"name\":\"A\",\"iban\":\"\(TestIBAN.number(8))\",\"amount\":12.5}"
        let found = try await findings("{\"lines\":[\(line)],\"count\":1}")
        #expect(found.map(\.path) == ["/lines/0/amount"] && found.map(\.code) == ["FF01"])
        for broken in ["{\"lines\":[{}", "[]", "{\"lines\":[],\"lines\":[]}", "null", "{\"a\":1}"] {
            #expect(try await findings(broken).map(\.code) == ["FF01"], "\(broken)")
        }
    }

    @Test func `no bent file credits anybody, and one written otherwise is the same file`()
        async throws
    {
        let community = try await TestCommunity.make(rules: nil)
        let programme = try await community.fundedProgramme("1.00")
        let mutants = PaymentFileMutants.all(seed: 6, each: 5)
        for mutant in mutants where mutant.fate == .refused {
            let answer = try await submit(
                mutant.bytes,
                to: programme,
                community,
                type: MediaType.xml
            )
            #expect(try answer.decode(Batch.self).state == .refused, "\(mutant.name)")
        }
        let original = try await submit(
            PaymentFileMutants.original,
            to: programme,
            community,
            type: MediaType.xml
        ).decode(Batch.self)
        #expect(original.state == .validated)
        for mutant in mutants where mutant.fate == .same {
            let answer = try await submit(
                mutant.bytes,
                to: programme,
                community,
                type: MediaType.xml
            )
            #expect(answer.status == 200, "\(mutant.name)")
            #expect(try answer.decode(Batch.self).id == original.id, "\(mutant.name)")
        }
        let budget = try await community.clerk.call(
            .getProgramme,
            ["programmeId": "\(programme.id)"]
        ).decode(Programme.self).budget
        #expect(budget.available.value == "1.00" && budget.paid.value == "0.00")
    }
}
