import FoundationEssentials
import ISO20022
import Testing

/// What a reader told about one list.
private struct ReadList: Equatable {
    var lines: [String] = []
    var refused: [RefusedPayment] = []
    let report: PaymentFileReport

    init(
        _ bytes: [UInt8],
        pieces: Int = .max,
        encoding: TextEncoding? = nil,
        count: Int? = nil,
        sum: Int64? = nil,
        limits: PaymentFileLimits = PaymentFileLimits()
    ) {
        var lines: [String] = []
        var refused: [RefusedPayment] = []
        let day = CalendarDate(daysSinceEpoch: 20_777)
        let reader = PaymentRowsReader(
            header: PaymentListHeader(createdOn: day, declaredCount: count, declaredSum: sum),
            encoding: encoding,
            limits: limits,
            line: { lines.append(Self.note($0)) },
            refusedPayment: { refused.append($0) }
        )
        var rest = bytes[...]
        while !rest.isEmpty {
            reader.feed(rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
        }
        report = reader.finish()
        (self.lines, self.refused) = (lines, refused)
    }

    init(_ text: String, count: Int? = nil, sum: Int64? = nil) {
        self.init(Array(text.utf8), count: count, sum: sum)
    }

    /// A line as one text.
    static func note(_ line: borrowing PaymentLine) -> String {
        func text(_ bytes: PaymentLine.Bytes?) -> String {
            bytes.map { String(decoding: $0, as: UTF8.self) } ?? "-"
        }
        let amount = line.amountMinorUnits.map(String.init) ?? "-"
        let verdict = line.isRefused ? "refused \(line.refusal?.rawValue ?? "-")" : "good"
        return [
            verdict, text(line.creditorName), line.creditorKind?.rawValue ?? "-",
            text(line.creditorAccount), amount, text(line.endToEndID), text(line.remittance),
            line.executionDate?.description ?? "-",
        ].joined(separator: "|")
    }

    var codes: [StatusReason] {
        report.findings.filter { $0.severity == .refusal }.map(\.code)
    }
}

@Suite struct PaymentRowsTests {
    private static let iban = "NL57INGB0004418702"

    @Test(arguments: ["12.50", "12,50", "12.5", "012,50"])
    func `a list with semicolons is read, whichever decimal mark it has`(amount: String) {
        let file = ReadList("Naam;IBAN;Bedrag\r\nM. de Wilde;\(Self.iban);\(amount)\r\n")
        #expect(file.report.verdict == .acceptable && file.report.findings == [])
        #expect(
            file.lines == [
                "good|M. de Wilde|iban|\(Self.iban)|1250|NOTPROVIDED|-|2026-11-20"
            ]
        )
        #expect(file.report.messageType == "csv" && file.report.controlSumMinorUnits == 1_250)
    }

    @Test func `every column may be there, in any order, and cells may be quoted`() {
        let file = ReadList(
            """
            amount,description,name,account,accountKind,reference,executionDate,currency,purpose
            "12,50","Zegt ""dag"", en meer",Zoë,7F3K,card,R-1,2026-11-26,EUR,BENE

            1,,  B  ,W-2,alias,,2026-11-26,,
            1,,C,00123,clientNumber,,2026-11-27,,
            """
        )
        #expect(file.report.findings == [])
        #expect(
            file.lines == [
                "good|Zoë|card|7F3K|1250|R-1|Zegt \"dag\", en meer|2026-11-26",
                "good|B|alias|W-2|100|NOTPROVIDED|-|2026-11-26",
                "good|C|clientNumber|00123|100|NOTPROVIDED|-|2026-11-27",
            ]
        )
        #expect(file.report.paymentCount == 2)
    }

    @Test(arguments: [
        ("A;NL58INGB0004418702;1", StatusReason.AC03, "row[1]/iban"),
        ("A;;1", .AC03, "row[1]/account"), (";\(iban);1", .BE22, "row[1]/name"),
        ("A;\(iban);0", .AM01, "row[1]/amount"), ("A;\(iban);1.234,56", .FF01, "row[1]/amount"),
        ("A;\(iban);1.234", .CH20, "row[1]/amount"), ("A;\(iban);-1", .FF01, "row[1]/amount"),
        ("A;\(iban);", .AM12, "row[1]/amount"), ("A;\(iban);€ 1", .FF01, "row[1]/amount"),
        ("A;\(iban)", .FF01, "row[1]"), ("A;\(iban);1;2", .FF01, "row[1]"),
        ("A\"B;\(iban);1", .FF01, "row[1]"), ("\"A\"B;\(iban);1", .FF01, "row[1]"),
        ("\"A\nB\";\(iban);1", .FF01, "row[1]/name"), ("A\u{0}B;\(iban);1", .FF01, "row[1]/name"),
        ("A\rB;\(iban);1", .FF01, "row[1]"),
        (String(repeating: "x", count: 141) + ";\(iban);1", .FF01, "row[1]/name"),
    ])
    func `one wrong row is refused and its neighbour read`(
        row: String,
        code: StatusReason,
        path: String
    ) {
        let file = ReadList("naam;iban;bedrag\n\(row)\nB;\(Self.iban);2\n")
        #expect(file.codes.first == code)
        #expect(file.report.findings.first?.path == path)
        #expect(file.report.findings.first?.line == 2)
        #expect(file.report.findings.first?.transaction == 1)
        #expect(file.report.transactionCount == 2)
        #expect(file.lines.last?.hasPrefix("good|B|") == true)
        #expect(file.lines.first?.hasPrefix("refused \(code)") == true)
        #expect(file.report.verdict == .refused)
    }

    @Test(arguments: [
        ("", "empty"), ("\n\n", "first row"), ("naam;iban", "amount"), ("naam;bedrag", "iban"),
        ("iban;bedrag", "name"), ("naam;iban;bedrag;bsn", "bsn"), ("naam|iban|bedrag", "first row"),
        ("naam;iban;bedrag;naam", "twice"), ("naam;account;amount", "accountKind"),
        ("naam;iban;bedrag\n", "no lines"), ("naam;iban;bedrag\nA;\"\(iban);1\n", "quotation"),
    ])
    func `a list that cannot be read says why`(text: String, words: String) {
        let file = ReadList(text)
        #expect(file.codes == [.FF01])
        #expect(file.report.findings.first?.text.contains(words) == true)
    }

    @Test func `what the sender says of the list is compared`() {
        let text = "naam;iban;bedrag\nA;\(Self.iban);1\nB;\(Self.iban);2\n"
        #expect(ReadList(text, count: 2, sum: 300).report.findings == [])
        let wrong = ReadList(text, count: 3, sum: 301)
        #expect(wrong.codes == [.AM19, .AM10] && wrong.report.isFileRefused)
        #expect(wrong.report.findings.map(\.path) == ["count", "controlSum"])
    }

    @Test func `an execution date refuses its block only`() {
        let file = ReadList(
            """
            naam;iban;bedrag;uitvoerdatum
            A;\(Self.iban);1;2026-11-26
            B;\(Self.iban);1;26-11-2026
            C;\(Self.iban);1;2026-11-26
            """
        )
        #expect(file.codes == [.DT01])
        #expect(file.refused.map(\.lines) == [2..<3])
        #expect(file.lines.map { String($0.prefix(4)) } == ["good", "refu", "good"])
    }

    @Test func `windows-1252 is recognised and reported, a mixture refused`() {
        func list(_ names: [[UInt8]]) -> [UInt8] {
            Array("naam;iban;bedrag\n".utf8)
                + names.flatMap { $0 + Array(";\(Self.iban);1\n".utf8) }
        }
        let plain = Array("Jan".utf8)
        let (windows, utf8) = ([0x5A, 0x6F, 0xEB, 0x80] as [UInt8], Array("Zoë€".utf8))
        let file = ReadList(list([plain, windows]))
        #expect(file.report.verdict == .acceptable)
        #expect(file.report.encoding == .windows1252)
        #expect(file.lines.last?.hasPrefix("good|Zoë€|") == true)
        #expect(file.report.findings.map(\.code) == [.RR10])
        #expect(file.report.findings.map(\.line) == [3])
        #expect(file.report.contentHash == ReadList(list([plain, utf8])).report.contentHash)
        for mixed in [[windows, utf8], [utf8, windows], [windows, [0x81]]] {
            let refused = ReadList(list(mixed))
            #expect(refused.codes == [.FF01] && refused.report.transactionCount == 0)
        }
        #expect(ReadList(list([windows]), encoding: .utf8).codes == [.FF01])
        let named = ReadList(list([windows]), encoding: .windows1252)
        #expect(named.report.findings == [] && named.report.encoding == .windows1252)
        let marked = ReadList([0xEF, 0xBB, 0xBF] + list([utf8]))
        #expect(marked.report.findings == [] && marked.lines.count == 1)
        let wide = String(decoding: list([utf8]), as: UTF8.self).utf16
            .flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        #expect(ReadList([0xFF, 0xFE] + wide).lines.first?.hasPrefix("good|Zoë€|") == true)
    }

    @Test func `the size of the pieces changes nothing, and limits hold`() {
        let row = "\"Zoë, de \"\"beste\"\"\";\(Self.iban);1\r\n"
        let text = "naam;iban;bedrag\r\n" + String(repeating: row, count: 500) + "x;y\r\n"
        let whole = ReadList(text)
        #expect(whole.report.transactionCount == 501)
        for pieces in [1, 7, 4_096] {
            #expect(ReadList(Array(text.utf8), pieces: pieces) == whole)
        }
        var limits = PaymentFileLimits()
        limits.transactions = 499
        #expect(ReadList(Array(text.utf8), limits: limits).codes == [.FF01])
        limits = PaymentFileLimits()
        limits.bytes = 1_000
        #expect(ReadList(Array(text.utf8), limits: limits).codes == [.FF01])
        let endless = "naam;iban;bedrag\n\"" + String(repeating: "x\n", count: 20_000)
        #expect(ReadList(endless).codes == [.FF01])
    }

    @Test func `lists as values are judged the same`() {
        var notes: [String] = []
        let day = CalendarDate(daysSinceEpoch: 20_777)
        let reader = PaymentValuesReader(
            header: PaymentListHeader(createdOn: day),
            line: { notes.append(ReadList.note($0)) },
            refusedPayment: { _ in }
        )
        var line = PaymentListLine(name: "A", amount: "12.50")
        line.iban = Self.iban
        reader.add(line)
        line.amount = "12.505"
        reader.add(line)
        let report = reader.finish()
        #expect(
            notes == [
                "good|A|iban|\(Self.iban)|1250|NOTPROVIDED|-|2026-11-20",
                "refused CH20|A|iban|\(Self.iban)|-|NOTPROVIDED|-|2026-11-20",
            ]
        )
        #expect(report.findings.map(\.path) == ["/lines/1/amount"])
        #expect(report.messageType == "json")
    }
}

@Suite struct FindingsCSVTests {
    @Test func `findings are rows that a spreadsheet opens and never calculates`() {
        let list = ReadList("naam;iban;bedrag\nA;NL58INGB0004418702;1\n")
        let row = list.report.findings.map(FindingsCSV.row).joined()
        #expect(FindingsCSV.head.hasPrefix("\u{FEFF}level;line;sourceLine;path;"))
        #expect(row.hasPrefix("line;1;2;row[1]/iban;refusal;AC03;"))
        #expect(row.hasSuffix("\r\n"))
        let odd = FindingsCSV.row(
            level: "file",
            line: nil,
            sourceLine: nil,
            path: "=1+1",
            severity: "remark",
            code: "RR10",
            textDutch: "a;\"b\"\r\nc",
            textEnglish: "-"
        )
        #expect(odd == "file;;;'=1+1;remark;RR10;\"a;\"\"b\"\"\r\nc\";'-\r\n")
    }
}
