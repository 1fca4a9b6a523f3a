import FoundationEssentials
import ISO20022
import Testing

@Suite struct PaymentFileCheckTests {
    private func inFolder(_ work: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/iso20022-\(UUID())"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try work(folder)
    }

    private static func check(paths: [String]) -> [PaymentFileCheck.CheckedFile] {
        PaymentFileCheck.check(paths: paths, today: CalendarDate(daysSinceEpoch: 20_777))
    }

    private func write(_ xml: String, to path: String) throws {
        try Data(xml.utf8).write(to: URL(filePath: path))
    }

    @Test func `the same file a second time is a replay`() throws {
        try inFolder { folder in
            try write(PaymentFileFixture().xml, to: folder + "/a.xml")
            try write(PaymentFileFixture().xml, to: folder + "/b.xml")
            try write(
                PaymentFileFixture(executionDate: "2026-11-25").xml,
                to: folder + "/c.xml"
            )
            let paths = ["/a.xml", "/b.xml", "/c.xml"].map { folder + $0 }
            let checked = Self.check(paths: paths)
            #expect(checked.map(\.file) == paths)
            #expect(checked.map(\.verdict) == [.acceptable, .refused, .acceptable])
            #expect(checked[1].findings.map(\.code) == [.DU01])
            #expect(checked[2].findings.map(\.severity) == [.remark])
            #expect(Self.check(paths: [paths[1]])[0].verdict == .acceptable)
        }
    }

    @Test func `lists are checked too, and one that comes twice is a replay`() throws {
        try inFolder { folder in
            try write("name;iban;amount\nA;NL57INGB0004418702;12,50\n", to: folder + "/a.csv")
            try write("name;iban;amount\r\nA;NL57INGB0004418702;12,50", to: folder + "/b.csv")
            try write("name;iban;amount\nA;NL57INGB0004418702;12,51\n", to: folder + "/c.csv")
            try write("name;iban\n", to: folder + "/d.csv")
            let names = ["/a.csv", "/b.csv", "/c.csv", "/d.csv"]
            let checked = Self.check(paths: names.map { folder + $0 })
            #expect(checked.map(\.verdict) == [.acceptable, .refused, .acceptable, .refused])
            #expect(checked[1].findings.map(\.code) == [.DU01])
            #expect(checked[0].messageType == "csv" && checked[0].controlSum == "12.50")
        }
    }

    @Test func `a list as JSON is checked as the service reads it`() throws {
        try inFolder { folder in
            let line = #"{"name":"A","iban":"NL57INGB0004418702","amount":"12.50"}"#
            try write(#"{"lines":[\#(line)]}"#, to: folder + "/a.json")
            try write(#"{ "lines": [\#(line)] }"#, to: folder + "/b.JSON")
            try write(#"{"lines":[{"name":"A","name":"B"}]}"#, to: folder + "/c.json")
            try write(#"{"lines":[\#(line)"#, to: folder + "/d.json")
            let names = ["/a.json", "/b.JSON", "/c.json", "/d.json"]
            let checked = Self.check(paths: names.map { folder + $0 })
            #expect(checked.map(\.verdict) == [.acceptable, .refused, .refused, .refused])
            #expect(checked[0].messageType == "json" && checked[0].controlSum == "12.50")
            #expect(checked[1].findings.map(\.code) == [.DU01])
            #expect(checked[3].transactions == 0)
        }
    }

    @Test func `a file that cannot be read is refused and the next one judged`() throws {
        try inFolder { folder in
            try write(PaymentFileFixture().xml, to: folder + "/a.xml")
            let checked = Self.check(
                paths: [folder + "/missing.xml", folder, folder + "/a.xml"])
            #expect(checked.map(\.verdict) == [.refused, .refused, .acceptable])
            #expect(checked[0].findings.first?.text.contains("No such file") == true)
            #expect(checked[0].messageType == nil)
        }
    }

    @Test func `the JSON has the documented members`() throws {
        try inFolder { folder in
            let line = PaymentFileFixture.Line(currency: "USD")
            try write(PaymentFileFixture(payments: [[line]]).xml, to: folder + "/a.xml")
            try write("<Document/>", to: folder + "/b.xml")
            let checked = Self.check(paths: [folder + "/a.xml", folder + "/b.xml"])
            let json = try JSONEncoder().encode(checked)
            let text = String(decoding: json, as: UTF8.self)
            for member in [
                "\"verdict\":\"refused\"", "\"messageType\":\"pain.001.001.03\"",
                "\"messageType\":null", "\"transactions\":1", "\"controlSum\":\"12.50\"",
                "\"level\":\"line\"", "\"level\":\"file\"", "\"code\":\"AM03\"",
                "\"severity\":\"refusal\"", "\"textDutch\":",
            ] {
                #expect(text.contains(member), Comment(rawValue: member))
            }
            #expect(
                try JSONDecoder().decode([PaymentFileCheck.CheckedFile].self, from: json)
                    == checked
            )
        }
    }

    @Test func `the example of the documentation is acceptable and as listed`() throws {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let base = root + "/docs/examples/benefits-2026-11"
        let file = ReadFile(Array(try Data(contentsOf: URL(filePath: base + ".xml"))))
        let list = String(
            decoding: try Data(contentsOf: URL(filePath: base + ".csv")),
            as: UTF8.self
        )
        let rows = list.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
        #expect(file.report.findings == [])
        #expect(file.transfers.count == 10)
        #expect(file.transfers.map(\.creditorName) == rows.map { String($0[0]) })
        #expect(
            file.transfers.map(\.creditorAccount)
                == rows.compactMap { IBAN($0[1]) }.map { .iban($0) }
        )
        let listed = Self.check(paths: [base + ".csv"])[0]
        #expect(listed.findings == [] && listed.transactions == 10)
        #expect(listed.controlSum == DecimalAmount.text(file.report.controlSumMinorUnits))
        #expect(
            file.transfers.map(\.amountMinorUnits)
                == rows.map { try? DecimalAmount.read(String($0[2])).get() }
        )
    }
}
