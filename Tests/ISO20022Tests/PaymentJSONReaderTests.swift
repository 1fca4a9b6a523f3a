import Testing

@testable import ISO20022

/// What the reader told about one list as JSON.
private struct ReadJSON: Equatable {
    let lines: [String]
    let report: PaymentFileReport

    init(_ bytes: [UInt8], pieces: Int = .max, limits: PaymentFileLimits = PaymentFileLimits()) {
        var lines: [String] = []
        let reader = PaymentJSONReader(
            header: PaymentListHeader(createdOn: CalendarDate(daysSinceEpoch: 20_777)),
            limits: limits,
            line: { line in
                let name = line.creditorName.map { String(decoding: $0, as: UTF8.self) } ?? "-"
                let amount = line.amountMinorUnits.map(String.init) ?? "-"
                lines.append("\(line.sourceLine) \(name) \(amount) \(line.isRefused)")
            },
            refusedPayment: { _ in }
        )
        var rest = bytes[...]
        while !rest.isEmpty {
            rest.prefix(pieces).withUnsafeBytes { reader.feed($0) }
            rest = rest.dropFirst(pieces)
        }
        report = reader.finish()
        self.lines = lines
    }

    init(_ text: String, pieces: Int = .max) { self.init(Array(text.utf8), pieces: pieces) }

    var codes: [StatusReason] { report.findings.map(\.code) }
    var paths: [String] { report.findings.map(\.path) }
}

@Suite struct PaymentJSONReaderTests {
    private static let iban = "NL58INGB0004418702"
    private static let line = #"{"name":"A","iban":"\#(iban)","amount":"1"}"#

    /// The IBAN of the examples, which is right.
    private static let good = #"{"name":"A","iban":"NL57INGB0004418702","amount":"12.50"}"#

    @Test func `a list is read in pieces of any size, and its layout does not matter`() {
        let list = """
            {"count": 2,
              "lines": [
                \(Self.good),
                { "amount" : "7,5", "iban":"NL57INGB0004418702", "name": "Zo\\u00eb \\"\\\\]}\\"" }
              ],
              "controlSum": "20.00"}
            """
        let whole = ReadJSON(list)
        #expect(whole.lines == ["3 A 1250 false", "4 Zoë \"\\]}\" 750 false"])
        #expect(whole.report.verdict == .acceptable && whole.report.messageType == "json")
        for pieces in [1, 2, 3, 7] { #expect(ReadJSON(list, pieces: pieces) == whole) }
        let marked = ReadJSON([0xEF, 0xBB, 0xBF] + Array(list.utf8), pieces: 1)
        #expect(marked == whole)
        let other =
            #"{"lines":[\#(Self.good),{"name":"Zoë \"\\]}\"","amount":"7,5","#
            + #""iban":"NL57INGB0004418702"}],"controlSum":"20.00","count":2}"#
        #expect(ReadJSON(other).report.contentHash == whole.report.contentHash)
    }

    @Test func `a list is the same in JSON as in CSV unless it says more`() {
        let json = ReadJSON(#"{"lines":[\#(Self.good)]}"#)
        let reader = PaymentRowsReader(
            header: PaymentListHeader(createdOn: CalendarDate(daysSinceEpoch: 20_777)),
            line: { _ in },
            refusedPayment: { _ in }
        )
        reader.feed(Array("naam;iban;bedrag\nA;NL57INGB0004418702;12.50\n".utf8))
        #expect(reader.finish().contentHash == json.report.contentHash)
        let more = ReadJSON(#"{"lines":[\#(Self.good)],"count":1}"#)
        #expect(more.report.verdict == .acceptable)
        #expect(more.report.contentHash != json.report.contentHash)
    }

    @Test func `every finding points to what it is about`() {
        #expect(ReadJSON(#"{"lines":[\#(Self.good),\#(Self.line)]}"#).paths == ["/lines/1/iban"])
        let wrong = ReadJSON(
            #"{"lines":[{"name":7,"iban":"NL57INGB0004418702","amount":12.5,"colour":"red"}]}"#
        )
        #expect(wrong.paths == ["/lines/0/amount", "/lines/0", "/lines/0/name"])
        #expect(wrong.codes == [.FF01, .FF01, .FF01])
        #expect(wrong.lines == ["1 - - true"])
        let totals = ReadJSON(#"{"lines":[\#(Self.good)],"count":2,"controlSum":"12.51"}"#)
        #expect(Set(totals.paths) == ["/count", "/controlSum"])
        #expect(Set(totals.codes) == [.AM19, .AM10])
        let late = #"{"name":"A","iban":"NL57INGB0004418702","amount":"1","executionDate":"x"}"#
        let dated = ReadJSON(#"{"lines":[\#(Self.good),\#(late)]}"#)
        #expect(dated.paths == ["/lines/1/executionDate"])
    }

    @Test(arguments: [
        "", " ", "{", "{}", "[]", "null", "7", #"{"lines":{}}"#, #"{"lines":[]}"#,
        #"{"lines":[1]}"#,
        #"{"lines":["a"]}"#, #"{"lines":[{}"#, #"{"lines":[{}]"#, #"{"lines":[{},]}"#,
        #"{"lines":[{}]}}"#, #"{"lines":[{}]} x"#, #"{"lines":[{"name":"a","name":"a"}]}"#,
        #"{"lines":[{"a":1]}]}"#, #"{"lines":[],"lines":[]}"#, #"{"other":1}"#, #"{"lines" []}"#,
        #"{"lines":[],}"#, #"{,"lines":[]}"#, #"{"lines":[{}],"count":"1"}"#,
        #"{"lines":[{}],"count":1.5}"#, #"{"lines":[{}],"controlSum":12}"#,
        #"{"lines":[{}],"controlSum":"x"}"#, #"{"lines":[{"name":"\u{7}"}]}"#, "{\"lines",
    ])
    func `what is no list is refused as a whole with one finding`(text: String) {
        let read = ReadJSON(text)
        #expect(read.report.verdict == .refused)
        #expect(read.report.transactionCount == 0)
        #expect(read.codes == [.FF01] && read.report.findings.first?.level == .file)
        for pieces in [1, 2] { #expect(ReadJSON(text, pieces: pieces) == read) }
    }

    @Test func `bytes that are no UTF-8, deep nests and long lines are refused`() {
        let start = Array(#"{"lines":[{"name":""#.utf8)
        #expect(ReadJSON(start + [0xEB] + Array("\"}]}".utf8)).codes == [.FF01])
        #expect(ReadJSON(start + [0x00] + Array("\"}]}".utf8)).codes == [.FF01])
        let deep = String(repeating: "[", count: 5_000)
        #expect(ReadJSON(#"{"lines":[\#(deep)"#).codes == [.FF01])
        let long = String(repeating: "x", count: 20_000)
        let read = ReadJSON(#"{"lines":[\#(Self.good),{"name":"\#(long)"}]}"#)
        #expect(read.codes == [.FF01] && read.report.transactionCount == 0)
        var limits = PaymentFileLimits()
        limits.transactions = 1
        let many = Array(#"{"lines":[\#(Self.good),\#(Self.good)]}"#.utf8)
        #expect(ReadJSON(many, limits: limits).codes == [.FF01])
    }

    @Test func `lists that cannot be read are the same only when their bytes are`() {
        let texts = [
            "{", "{}", "{\"x\":1}", "{\"y\":1}", "[1]", "[2]", #"{"lines":[1]}"#, #"{"lines":[2]}"#,
            #"{"lines":[{"a":"1"}]}"#, #"{"lines":[{"a":"2"}]}"#, #"{"lines":[{"a":1}]}"#,
            #"{"lines":[{}],"count":1}"#, #"{"lines":[{}],"count":2}"#, #"{"lines":[{}]} x"#,
            #"{"lines":[{}]} y"#, #"{"lines":[{"a":1]}]}"#, #"{"lines":[{"b":1]}]}"#,
        ]
        let hashes = texts.map { ReadJSON($0).report.contentHash }
        #expect(Set(hashes).count == texts.count)
    }

    @Test func `what is at hand does not grow with the list`() {
        var splitter = JSONListSplitter(limit: 10_000)
        var lines = 0
        func feed(_ text: String) {
            for byte in text.utf8 where (try? splitter.take(byte)) == .line { lines += 1 }
        }
        feed("{\"lines\":[")
        for _ in 0..<20_000 { feed(Self.good + ",") }
        #expect(lines == 20_000)
        #expect(splitter.value.count == Self.good.utf8.count && splitter.value.capacity < 20_001)
    }
}
